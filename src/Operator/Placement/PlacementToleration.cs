namespace LlmOperator.Operator.Placement;

/// <summary>A taint that a model puts up with.</summary>
/// <param name="Key">Name of the taint; null for every taint.</param>
/// <param name="Value">Value that it must have; null for any.</param>
/// <param name="Effect">Effect that it must have; null for any.</param>
internal sealed record PlacementToleration(string? Key, string? Value, TaintEffect? Effect)
{
    /// <summary>True when the model puts up with the taint.</summary>
    public bool Tolerates(PlacementTaint taint) =>
        (Key is null || Key == taint.Key)
        && (Value is null || Value == taint.Value)
        && (Effect is null || Effect == taint.Effect);
}
