using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Why a node was refused.</summary>
public sealed record NodeRefusal
{
    /// <summary>Name of the node.</summary>
    [Required]
    public string Node { get; init; } = "";

    /// <summary>Reason, CamelCase, for example <c>InsufficientMemory</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Bytes that are missing on its best device; 0 when memory is not the reason.</summary>
    public long MissingBytes { get; init; }

    /// <summary>The same in words.</summary>
    public string Message { get; init; } = "";
}
