namespace LlmOperator.Kubernetes.Meta;

/// <summary>Status of a condition.</summary>
public enum ConditionStatus
{
    /// <summary>Not known (yet).</summary>
    Unknown,

    /// <summary>Holds.</summary>
    True,

    /// <summary>Does not hold.</summary>
    False,
}
