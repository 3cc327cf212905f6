namespace LlmOperator.Api.V1Alpha1;

/// <summary>What a taint does to models that do not tolerate it.</summary>
public enum TaintEffect
{
    /// <summary>What runs stays; nothing new is placed.</summary>
    NoSchedule,

    /// <summary>Other nodes come first.</summary>
    PreferNoSchedule,

    /// <summary>Nothing new is placed, and what runs is removed.</summary>
    NoExecute,
}
