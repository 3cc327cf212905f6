namespace LlmOperator.Engines;

/// <summary>A model being served. Disposing it stops it at once.</summary>
public interface IEngineInstance : IAsyncDisposable
{
    /// <summary>
    /// A client whose base address is the instance: <c>v1/chat/completions</c> and the like are relative to it.
    /// It has no time-out of its own and belongs to the instance.
    /// </summary>
    HttpClient Client { get; }

    /// <summary>What to write in the <c>model</c> field of requests to it.</summary>
    string ModelId { get; }

    /// <summary>Where it stands.</summary>
    EngineState State { get; }

    /// <summary>Done when the instance has ended, for whatever reason; never faulted.</summary>
    Task<EngineExit> Completion { get; }

    /// <summary>The process; null for a server that is not ours.</summary>
    int? ProcessId { get; }

    /// <summary>The last lines of the error output.</summary>
    IReadOnlyList<string> LastErrorLines { get; }

    /// <summary>Asks it to stop, and ends it after <paramref name="grace"/>.</summary>
    Task StopAsync(TimeSpan grace, CancellationToken cancellationToken);
}
