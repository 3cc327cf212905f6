using System.Runtime.ExceptionServices;
using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Who may be asked for one file, how each has done, and what peers are being asked they have. Not thread-safe.</summary>
internal sealed partial class DownloadSources(
    Func<IReadOnlyList<IUnitSource>> sources,
    PullTracker tracker,
    PullOptions options,
    Random random,
    ILogger logger
)
{
    private readonly ILogger _logger = logger;
    private readonly Dictionary<IUnitSource, SourceHealth> _health = [];
    private readonly Dictionary<IUnitSource, Task> _refreshes = [];

    public SourceHealth HealthOf(IUnitSource source) =>
        _health.TryGetValue(source, out SourceHealth? health) ? health : _health[source] = new SourceHealth();

    /// <summary>Those that may be asked, now or after a rest.</summary>
    /// <exception cref="ModelSourceException">There is none any more, and no connection is open.</exception>
    public IReadOnlyList<IUnitSource> Usable(bool isAnyOpen)
    {
        IReadOnlyList<IUnitSource> all = sources();
        List<IUnitSource> usable = [.. all.Where(source => HealthOf(source).Out is null)];
        if (usable.Count == 0 && all.Count > 0 && !isAnyOpen)
        {
            // The origin's reason is the one that people can do something about.
            IUnitSource last = all.LastOrDefault(s => s.Kind == UnitSourceKind.Origin) ?? all[^1];
            ExceptionDispatchInfo.Throw(HealthOf(last).Out!);
        }

        return usable;
    }

    /// <summary>Notes that a source failed, and for how long it rests.</summary>
    public void Failed(IUnitSource source, Exception error, TimeSpan startedAt, bool brought, TimeSpan now)
    {
        TimeSpan rest = HealthOf(source).Failed(error, startedAt, brought, options, random.NextDouble(), now);
        tracker.Refused(source.Name, error.Message);
        if (HealthOf(source).Out is null)
        {
            LogRetry(source.Name, rest, error.Message);
        }
        else
        {
            LogOut(source.Name, error.Message);
        }
    }

    /// <summary>Asks each peer that has answered what it has now.</summary>
    /// <param name="now">Time since the moment that all times count from.</param>
    /// <param name="onAnswer">Called with each answer.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public void Refresh(TimeSpan now, Action onAnswer, CancellationToken cancellationToken)
    {
        foreach (IUnitSource source in sources().Where(source => source.Kind == UnitSourceKind.Peer))
        {
            if (_refreshes.TryGetValue(source, out Task? last) && !last.IsCompleted)
            {
                continue;
            }

            if (last?.Exception?.InnerException is { } error)
            {
                Failed(source, error, now, brought: false, now);
            }

            _refreshes[source] = RefreshAsync(source, onAnswer, cancellationToken);
        }
    }

    /// <summary>Returns when no request is open; they must be cancelled before.</summary>
    public Task EndAsync() => Task.WhenAll(_refreshes.Values);

    private static async Task RefreshAsync(
        IUnitSource source,
        Action onAnswer,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await source.RefreshAsync(cancellationToken);
        }
        finally
        {
            onAnswer();
        }
    }

    [LoggerMessage(LogLevel.Information, "{Source} is asked again in {Delay}: {Error}")]
    private partial void LogRetry(string source, TimeSpan delay, string error);

    [LoggerMessage(LogLevel.Warning, "{Source} is not asked any more in this pull: {Error}")]
    private partial void LogOut(string source, string error);
}
