using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>One of the places that a download takes bytes from.</summary>
public sealed record PullSource
{
    /// <summary>For people: <c>origin</c>, <c>peer n2</c>, <c>mirror registry.local</c>.</summary>
    [Required]
    [MaxLength(253)]
    public string Name { get; init; } = "";

    /// <summary>Bytes that it gave.</summary>
    public long Bytes { get; init; }

    /// <summary>What went wrong with it last; absent when nothing did.</summary>
    public string? Error { get; init; }
}
