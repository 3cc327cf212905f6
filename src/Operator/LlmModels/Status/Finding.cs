using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>What a condition shall say.</summary>
/// <param name="Status">Whether it holds.</param>
/// <param name="Reason">Reason from the closed list.</param>
/// <param name="Message">For people.</param>
/// <param name="IsTerminal">Only a change by a person will help.</param>
internal sealed record Finding(ConditionStatus Status, string Reason, string Message, bool IsTerminal = false)
{
    public bool IsTrue => Status == ConditionStatus.True;

    public static Finding True(string reason, string message) => new(ConditionStatus.True, reason, message);

    public static Finding False(string reason, string message, bool isTerminal = false) =>
        new(ConditionStatus.False, reason, message, isTerminal);

    public static Finding Unknown(string reason, string message) =>
        new(ConditionStatus.Unknown, reason, message);
}
