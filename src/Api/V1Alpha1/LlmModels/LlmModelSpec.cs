using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What to run.</summary>
[CelRule(
    "has(self.source) || (has(self.variants) && self.variants.size() > 0)",
    "set source, or at least one entry of variants"
)]
public sealed record LlmModelSpec
{
    /// <summary>Where the model comes from, when there is one variant only.</summary>
    public ModelSource? Source { get; init; }

    /// <summary>The same model in several quantisations, best first; the first that fits is chosen.</summary>
    [ListMap("name")]
    [MaxLength(16)]
    public IReadOnlyList<ModelVariant>? Variants { get; init; }

    /// <summary>Context lengths, in tokens a sequence.</summary>
    public ContextRange Context { get; init; } = new();

    /// <summary>Number formats of the key-value cache, tried in order. F16 by default.</summary>
    [MaxLength(8)]
    public IReadOnlyList<KvCacheType>? KvCacheTypes { get; init; }

    /// <summary>Requests that one replica works on at the same time.</summary>
    [DefaultValue(1)]
    [Range(1, 256)]
    public int ParallelSequences { get; init; } = 1;

    /// <summary>
    /// SHA-256 of the chat template that the model must have, in hexadecimal (<c>llmop inspect</c> shows it). The engine
    /// runs the template as a program: a model with another one is refused. Without it the template of the first
    /// inspection is recorded, and a later one must equal it unless the source is refreshed: then an event tells of the change.
    /// </summary>
    [RegularExpression("^[0-9a-f]{64}$")]
    public string? ChatTemplateSha256 { get; init; }

    /// <summary>How many replicas, and where.</summary>
    public ModelPlacement Placement { get; init; } = new();

    /// <summary>When the model is in memory.</summary>
    public ModelLoading Loading { get; init; } = new();

    /// <summary>What runs the model.</summary>
    public EngineSettings Engine { get; init; } = new();

    /// <summary>Memory of one replica, for architectures that cannot be computed; otherwise leave it out.</summary>
    public MemoryOverride? Memory { get; init; }
}
