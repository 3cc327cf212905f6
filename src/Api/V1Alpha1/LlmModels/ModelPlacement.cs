using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>How many replicas, and where.</summary>
public sealed record ModelPlacement
{
    /// <summary>Replicas, each on a node of its own. 0 keeps the object and frees the memory.</summary>
    [DefaultValue(1)]
    [Range(0, 1000)]
    public int Replicas { get; init; } = 1;

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Kinds of device that may hold the model.</summary>
    [DefaultValue(DevicePreference.GpuPreferred)]
    public DevicePreference Devices { get; init; } = DevicePreference.GpuPreferred;

    /// <summary>Rank among models that compete for memory; higher is placed first.</summary>
    [DefaultValue(0)]
    [Range(-1_000_000, 1_000_000)]
    public int Priority { get; init; }
}
