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
public sealed record ModelLoading
{
    /// <summary>Preload keeps the model in memory; OnDemand loads it at the first request; StoreOnly only stores its files.</summary>
    [DefaultValue(LoadingMode.Preload)]
    public LoadingMode Mode { get; init; } = LoadingMode.Preload;

    /// <summary>How long an OnDemand model may be idle before it leaves memory; ignored with Preload.</summary>
    [DefaultValue("10m")]
    [RegularExpression(Duration.Pattern)]
    public Duration IdleTimeout { get; init; } = Duration.Parse("10m");

    /// <summary>What an OnDemand model holds of the memory while it is not loaded; ignored with Preload.</summary>
    [DefaultValue(LoadingMemory.Reserved)]
    public LoadingMemory Memory { get; init; } = LoadingMemory.Reserved;
}
