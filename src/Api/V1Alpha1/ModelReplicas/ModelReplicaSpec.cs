using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What the operator decided for one model on one node.</summary>
public sealed record ModelReplicaSpec
{
    /// <summary>Name of the model in the same namespace.</summary>
    [Required]
    [MaxLength(253)]
    [CelRule("self == oldSelf", "modelName never changes; delete the replica instead")]
    public string ModelName { get; init; } = "";

    /// <summary>Node that the replica is bound to; never changes.</summary>
    [Required]
    [MaxLength(253)]
    [CelRule("self == oldSelf", "nodeName never changes; delete the replica instead")]
    public string NodeName { get; init; } = "";

    /// <summary>What to store.</summary>
    [Required]
    public ModelArtifact Artifact { get; init; } = new();

    /// <summary>
    /// Nodes that take the files from the origin for all nodes of this one's zone; this node goes there itself only when
    /// it is one of them, or when no peer moves. Absent while nothing is pinned: then every node goes there.
    /// </summary>
    [MaxLength(8)]
    public IReadOnlyList<string>? Seeders { get; init; }

    /// <summary>How to load it.</summary>
    public ReplicaEngine Engine { get; init; } = new();

    /// <summary>When it is in memory.</summary>
    public ModelLoading Loading { get; init; } = new();

    /// <summary>Memory that the replica holds on the node, per device.</summary>
    [ListMap("device")]
    public IReadOnlyList<DeviceReservation> Reservations { get; init; } = [];

    /// <summary>
    /// Ways of loading, best first, whose memory did not do on this node: the engine ran out of it, or projected more
    /// than the node has room for. None of them, and none that is better, is tried here again until the model is changed.
    /// </summary>
    [MaxLength(64)]
    public IReadOnlyList<string>? Exhausted { get; init; }

    /// <summary>Memory that the replica held before its last change; it counts until the agent has taken the change.</summary>
    [ListMap("device")]
    public IReadOnlyList<DeviceReservation>? Releasing { get; init; }

    /// <summary>
    /// Digest of the version of the same source that the replica answers with until the agent has taken its last change,
    /// which is when the artifact is stored; absent when it answers with none.
    /// </summary>
    [RegularExpression("^sha256:[0-9a-f]{64}$")]
    public string? Replacing { get; init; }
}
