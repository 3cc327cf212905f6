namespace LlmOperator.Operator.Placement;

/// <summary>When a claim counts.</summary>
internal enum ClaimKind
{
    /// <summary>Now and later: a replica that is there, or begins now.</summary>
    Held,

    /// <summary>Now only: a replica on its way out.</summary>
    Leaving,

    /// <summary>Later only: a replica that waits for another one to leave.</summary>
    Awaited,
}
