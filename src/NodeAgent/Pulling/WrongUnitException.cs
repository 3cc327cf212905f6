namespace LlmOperator.NodeAgent.Pulling;

/// <summary>A source gave other bytes than the unit should have.</summary>
internal sealed class WrongUnitException(int unit, string given, string source)
    : Exception($"{source} gave bytes of unit {unit} that have not the digest that a seeder said.")
{
    public int Unit { get; } = unit;

    /// <summary>SHA-256 of what it gave, in hex.</summary>
    public string Given { get; } = given;
}
