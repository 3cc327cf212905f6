namespace LlmOperator.Api.V1Alpha1;

/// <summary>What a model may do when there is no room for it.</summary>
public enum PreemptionPolicy
{
    /// <summary>Take the room of models of lower priority; never of equal or higher.</summary>
    LowerPriority,

    /// <summary>Wait.</summary>
    Never,
}
