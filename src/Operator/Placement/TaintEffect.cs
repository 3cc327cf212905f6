namespace LlmOperator.Operator.Placement;

/// <summary>What a taint does to models that do not tolerate it.</summary>
internal enum TaintEffect
{
    /// <summary>Nothing new is placed.</summary>
    NoSchedule,

    /// <summary>Other nodes come first.</summary>
    PreferNoSchedule,

    /// <summary>Nothing new is placed, and what is there goes.</summary>
    NoExecute,
}
