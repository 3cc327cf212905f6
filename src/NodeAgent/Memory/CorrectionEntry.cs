namespace LlmOperator.NodeAgent.Memory;

/// <summary>The loads of one key, oldest first.</summary>
internal sealed record CorrectionEntry
{
    public CorrectionKey Key { get; init; }

    public IReadOnlyList<LoadSample> Samples { get; init; } = [];

    /// <summary>All loads that were ever measured.</summary>
    public int Loads { get; init; }
}
