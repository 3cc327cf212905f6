using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>When the model is in memory.</summary>
[CelRule(
    "!has(self.memory) || self.memory != 'Shared' || (has(self.mode) && self.mode == 'OnDemand')",
    "memory Shared needs mode OnDemand"
)]
[CelRule(
    "!has(self.keptPrompts) || (has(self.mode) && self.mode == 'OnDemand')",
    "keptPrompts needs mode OnDemand"
)]
public sealed record ModelLoading
{
    /// <summary>Preload keeps the model in memory; OnDemand loads it at the first request; StoreOnly only stores its files.</summary>
    [DefaultValue(LoadingMode.Preload)]
    public LoadingMode Mode { get; init; } = LoadingMode.Preload;

    /// <summary>How long an OnDemand model may be idle before it leaves memory; ignored with Preload.</summary>
    [DefaultValue("10m")]
    [RegularExpression(Duration.Pattern)]
    public Duration IdleTimeout { get; init; } = Duration.Parse("10m");

    /// <summary>Most bytes on the node's disk for what an OnDemand model of llama.cpp has evaluated of prompts, so that it need not do it again after it left memory; nothing is kept where it is absent. It is readable by the agent's user only, holds what was asked, and goes when the files, the engine or the agent change.</summary>
    public Quantity? KeptPrompts { get; init; }

    /// <summary>What an OnDemand model holds of the memory while it is not loaded; ignored with Preload.</summary>
    [DefaultValue(LoadingMemory.Reserved)]
    public LoadingMemory Memory { get; init; } = LoadingMemory.Reserved;
}
