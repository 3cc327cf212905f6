namespace LlmOperator.Operator.Placement;

/// <summary>A way to load a model in a kind of layout.</summary>
/// <param name="Candidate">Way to load it.</param>
/// <param name="Layout">Where its layers are.</param>
/// <param name="Value">What it is worth, from 0 to 1; never more than that of the rung above.</param>
/// <param name="Order">Place on the ladder; 0 is the best.</param>
internal sealed record Rung(PlacementCandidate Candidate, DeviceLayout Layout, double Value, int Order)
{
    /// <summary>Identity over plans and restarts: the way of loading and the kind of layout.</summary>
    public string Key => KeyOf(Candidate.Id, Layout);

    /// <summary>As <see cref="Key"/>, of a replica that exists.</summary>
    public static string KeyOf(string candidateId, DeviceLayout layout) => $"{candidateId}@{layout}";

    /// <summary>Bytes that it takes where all layers are on one device; null for other layouts.</summary>
    public long? Bytes =>
        Layout switch
        {
            DeviceLayout.Gpu => Candidate.OnGpu?.Total,
            DeviceLayout.Cpu => Candidate.OnCpu?.Total,
            _ => null,
        };
}
