namespace LlmOperator.NodeAgent.Pulling;

/// <summary>A source gave other bytes than the unit has.</summary>
internal sealed class WrongUnitException(int unit, string source)
    : Exception($"{source} gave wrong bytes of unit {unit}; it is not asked again.")
{
    public int Unit { get; } = unit;
}
