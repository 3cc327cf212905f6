namespace LlmOperator.Operator.Placement;

/// <summary>What becomes of a replica.</summary>
internal enum AssignmentChange
{
    /// <summary>Stays as it is.</summary>
    Kept,

    /// <summary>Stays as it is although the model wants something else by now, as there is no room or no turn for it.</summary>
    KeptOutdated,

    /// <summary>Is loaded in another way on the same node.</summary>
    Updated,

    /// <summary>Is new.</summary>
    New,
}
