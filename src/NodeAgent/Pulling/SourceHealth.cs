using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>How one source has done during a pull, and when it may be asked again. Not thread-safe.</summary>
internal sealed class SourceHealth
{
    private int _failures;
    private int _limit = int.MaxValue;
    private TimeSpan _lastFailureAt = TimeSpan.MinValue;

    /// <summary>Connections that are open or being opened.</summary>
    public int Active { get; set; }

    /// <summary>Until when the source is left alone.</summary>
    public TimeSpan RestUntil { get; private set; }

    /// <summary>Why the source is not asked any more in this pull; null while it is.</summary>
    public Exception? Out { get; set; }

    /// <summary>The last thing that went wrong.</summary>
    public Exception? LastError { get; private set; }

    /// <summary>True for what a later try may heal.</summary>
    public static bool IsTransient(Exception error) =>
        error
            is ModelSourceException
                {
                    Failure: ModelSourceFailure.Unreachable or ModelSourceFailure.RateLimited
                }
                or IOException
                or HttpRequestException
                or TimeoutException;

    public bool MayOpen(IUnitSource source, TimeSpan now) =>
        Out is null && now >= RestUntil && Active < Math.Min(source.Connections, _limit);

    public void Succeeded()
    {
        _failures = 0;
        // One more than the source was content with.
        _limit = _limit < int.MaxValue ? _limit + 1 : _limit;
    }

    /// <summary>A connection failed.</summary>
    /// <param name="error">How.</param>
    /// <param name="startedAt">When the connection began: those that break together are one failure.</param>
    /// <param name="brought">True when it brought bytes before.</param>
    /// <param name="options">How often, and for how long it rests.</param>
    /// <param name="random">From 0 to 1, for the jitter.</param>
    /// <param name="now">Time since the moment that all times count from.</param>
    /// <returns>How long it rests.</returns>
    public TimeSpan Failed(
        Exception error,
        TimeSpan startedAt,
        bool brought,
        PullOptions options,
        double random,
        TimeSpan now
    )
    {
        LastError = error;
        if (error is SourceBusyException busy)
        {
            // It is there and honest about it: it stays, however often it says so. Not all come back at one moment.
            TimeSpan pause = busy.RetryAfter * (1 + random / 4);
            RestUntil = now + pause > RestUntil ? now + pause : RestUntil;
            return pause;
        }

        // A wrong answer may be one bad server of many behind a name.
        if (!IsTransient(error) && error is not ModelSourceException { Failure: ModelSourceFailure.Invalid })
        {
            Out = error;
            return TimeSpan.Zero;
        }

        if (error is ModelSourceException { Failure: ModelSourceFailure.RateLimited })
        {
            _limit = Math.Max(1, Active);
        }

        bool isNew = startedAt >= _lastFailureAt;
        _failures = brought ? 1 : _failures + (isNew || _failures == 0 ? 1 : 0);
        if (_failures >= options.FruitlessAttempts)
        {
            Out = error;
            return TimeSpan.Zero;
        }

        TimeSpan rest = RetryDelays.After(
            options,
            _failures,
            (error as ModelSourceException)?.RetryAfter,
            random
        );
        _lastFailureAt = now;
        if (now + rest > RestUntil)
        {
            RestUntil = now + rest;
        }

        return rest;
    }
}
