using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What the node agent sees.</summary>
public sealed record LlmNodeStatus
{
    /// <summary>Generation of the spec that this status answers.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>Ready, MemoryPressure, ThermalPressure, DiskPressure; Reconciling and Stalled while they hold.</summary>
    [ListMap("type")]
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Base URL of the agent, for example <c>http://10.0.0.5:11500</c>.</summary>
    public string? Address { get; init; }

    /// <summary>Version of the agent.</summary>
    public string? AgentVersion { get; init; }

    /// <summary>Devices that can hold a model; the CPU with the RAM is one of them.</summary>
    [ListMap("name")]
    public IReadOnlyList<NodeDevice> Devices { get; init; } = [];

    /// <summary>Disk of the model store.</summary>
    public NodeDisk? Disk { get; init; }

    /// <summary>Engines that can run models here.</summary>
    [ListMap("name")]
    public IReadOnlyList<NodeEngine> Engines { get; init; } = [];

    /// <summary>Models in the store.</summary>
    [ListMap("digest")]
    public IReadOnlyList<StoredModel> Models { get; init; } = [];

    /// <summary>Files that are being pulled: what is there of them is served to peers already.</summary>
    [ListMap("digest")]
    [MaxLength(256)]
    public IReadOnlyList<FetchingModel>? Fetching { get; init; }

    /// <summary>What measured loads taught about memory; the planner uses it in place of its general overhead.</summary>
    [ListMap("key")]
    [MaxLength(256)]
    public IReadOnlyList<MemoryCorrection>? MemoryCorrections { get; init; }

    /// <summary>The same in short, for <c>kubectl get</c>.</summary>
    public NodeSummary? Summary { get; init; }
}
