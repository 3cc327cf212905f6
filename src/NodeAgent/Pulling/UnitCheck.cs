namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What found that a unit's bytes are wrong.</summary>
internal enum UnitCheck
{
    /// <summary>They have not the digest that a named seeder said: one of the two is wrong.</summary>
    SaidDigest,

    /// <summary>The whole file had a wrong digest, and the origin gave other bytes of the unit.</summary>
    WholeFile,
}
