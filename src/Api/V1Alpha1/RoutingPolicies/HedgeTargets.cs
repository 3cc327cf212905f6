namespace LlmOperator.Api.V1Alpha1;

/// <summary>Where second attempts go.</summary>
public enum HedgeTargets
{
    /// <summary>To replicas on our own nodes that are in memory: a cancelled one stops to compute.</summary>
    Local,

    /// <summary>To the plan's next target, whatever it is: providers charge for what is cancelled too.</summary>
    All,
}
