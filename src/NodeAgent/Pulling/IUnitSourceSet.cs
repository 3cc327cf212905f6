namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Who may be asked for one file while it is pulled.</summary>
internal interface IUnitSourceSet : IAsyncDisposable
{
    /// <summary>
    /// Those that may be asked now, the best first; the same place is the same object each time. Read about once a second
    /// and when a connection ends. Empty means: wait.
    /// </summary>
    IReadOnlyList<IUnitSource> Current { get; }
}
