namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Who may be asked for one file while it is pulled.</summary>
internal interface IUnitSourceSet : IAsyncDisposable
{
    /// <summary>
    /// Those that may be asked now, the best first; the same place is the same object each time. Read about once a second
    /// and when a connection ends. Empty means: wait.
    /// </summary>
    IReadOnlyList<IUnitSource> Current { get; }

    /// <summary>The whole file is wrong: units that others gave are fetched from the origin only, at once.</summary>
    void Doubt(IEnumerable<int> units) { }

    /// <summary>The whole file is right, so the digests of its units are known: who said or gave something else was wrong.</summary>
    void Settle(Func<int, string> digestOf) { }
}
