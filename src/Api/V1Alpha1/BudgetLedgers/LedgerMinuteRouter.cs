using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A router that takes of a limit a minute.</summary>
public sealed record LedgerMinuteRouter
{
    /// <summary>The router; a new name after each start.</summary>
    [Required]
    [MaxLength(253)]
    public string Holder { get; init; } = "";

    /// <summary>When it took last.</summary>
    [Required]
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset SeenAt { get; init; }
}
