using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>An engine that can run models on the node.</summary>
public sealed record NodeEngine
{
    /// <summary>Name, unique on the node, for example <c>llama-server</c>.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>What it is.</summary>
    public EngineKind Kind { get; init; }

    /// <summary>Version that it reports.</summary>
    public string? Version { get; init; }

    /// <summary>Why it cannot be used; absent when it can.</summary>
    public string? Problem { get; init; }
}
