using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>How many replicas, and where.</summary>
public sealed record ModelPlacement
{
    /// <summary>How many replicas: a number, or one on every node.</summary>
    [DefaultValue(PlacementMode.Replicas)]
    public PlacementMode Mode { get; init; } = PlacementMode.Replicas;

    /// <summary>Replicas, each on a node of its own. 0 keeps the object and frees the memory. Ignored with mode EveryNode.</summary>
    [DefaultValue(1)]
    [Range(0, 1000)]
    public int Replicas { get; init; } = 1;

    /// <summary>Names of the nodes that may hold replicas; absent for all. With mode EveryNode there is a replica on each of them.</summary>
    [ListSet]
    [MaxLength(1000)]
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Taints of nodes that the model puts up with.</summary>
    [MaxLength(16)]
    public IReadOnlyList<ModelToleration>? Tolerations { get; init; }

    /// <summary>Label of nodes, for example <c>topology.kubernetes.io/zone</c>, over whose values replicas are spread as evenly as there is room.</summary>
    [MaxLength(316)]
    public string? SpreadOver { get; init; }

    /// <summary>Kinds of device that may hold the model.</summary>
    [DefaultValue(DevicePreference.GpuPreferred)]
    public DevicePreference Devices { get; init; } = DevicePreference.GpuPreferred;

    /// <summary>Rank among models that compete for memory; higher is placed first.</summary>
    [DefaultValue(0)]
    [Range(-1_000_000, 1_000_000)]
    public int Priority { get; init; }

    /// <summary>What the model may do when there is no room for it.</summary>
    [DefaultValue(PreemptionPolicy.LowerPriority)]
    public PreemptionPolicy Preemption { get; init; } = PreemptionPolicy.LowerPriority;
}
