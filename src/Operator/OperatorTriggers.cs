using LlmOperator.Controllers.Reconciling;

namespace LlmOperator.Operator;

/// <summary>How the parts of the operator wake each other when something ended that no watch tells of.</summary>
internal sealed class OperatorTriggers
{
    /// <summary>Reconciles one LlmModel: its inspection ended, or placement decided something else about it.</summary>
    public ReconcileTrigger Model { get; } = new();

    /// <summary>Plans the fleet again.</summary>
    public ReconcileTrigger Fleet { get; } = new();
}
