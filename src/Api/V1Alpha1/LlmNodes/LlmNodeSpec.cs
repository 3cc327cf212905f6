using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What people want of a node.</summary>
public sealed record LlmNodeSpec
{
    /// <summary>Cordoned keeps what runs and takes nothing new.</summary>
    [DefaultValue(NodeScheduling.Enabled)]
    public NodeScheduling Scheduling { get; init; } = NodeScheduling.Enabled;

    /// <summary>What models have to tolerate to be placed here.</summary>
    [ListMap("key")]
    [MaxLength(16)]
    public IReadOnlyList<NodeTaint>? Taints { get; init; }

    /// <summary>Memory that models may use, per device; without an entry the agent's default: all of a GPU but its safety margin, and the RAM that is not needed by the system.</summary>
    [ListMap("device")]
    [MaxLength(64)]
    public IReadOnlyList<DeviceBudget>? Budgets { get; init; }

    /// <summary>Most models that are pulled at the same time. 0 pauses the pulls of the node; those that run keep what they have and go on later.</summary>
    [DefaultValue(2)]
    [Range(0, 16)]
    public int ParallelPulls { get; init; } = 2;
}
