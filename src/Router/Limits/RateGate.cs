namespace LlmOperator.Router.Limits;

/// <summary>
/// The request limits of one key, role or policy at this router. Requests and tokens a minute are shared with the other
/// routers in parts, so that most requests ask nobody; how many run at the same time is counted here alone. Thread-safe.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="source">Where parts of them come from.</param>
/// <param name="time">Clock.</param>
internal sealed class RateGate(CompiledLimits limits, LimitSource source, TimeProvider time) : IDisposable
{
    // At the limit the ledger is asked so often at most: ten writes a second.
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);

    // A part that is not used for so long is given back.
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(6);
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly MinuteHolding? _requests = HoldingOf(limits.Spec.RequestsPerMinute);
    private readonly MinuteHolding? _tokens = HoldingOf(limits.Spec.TokensPerMinute);
    private int _running;
    private long _usedAt = time.GetTimestamp();
    private long? _scarceAt;

    /// <summary>The limits.</summary>
    public CompiledLimits Limits => limits;

    /// <summary>Whether nobody came for so long.</summary>
    public bool IsIdle(TimeSpan age)
    {
        lock (_lock)
        {
            return _running == 0 && time.GetElapsedTime(_usedAt) > age;
        }
    }

    /// <summary>Lets a request in, or says why not.</summary>
    /// <param name="tokens">How many tokens it is thought to take.</param>
    /// <param name="cancellationToken">Ends the wait for the ledger.</param>
    public async ValueTask<RateRefusal?> EnterAsync(int tokens, CancellationToken cancellationToken)
    {
        if (TryEnter(tokens) is var (isIn, refusal) && (isIn || refusal is not null))
        {
            return refusal;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            // Another request's write may have brought enough for both.
            (isIn, refusal) = TryEnter(tokens);
            if (isIn || refusal is not null)
            {
                return refusal;
            }

            LimitParts debt = ReleaseDebt();
            (LimitWish ofRequests, LimitWish ofTokens) = Wishes(tokens);
            Gain(await source.TakeAsync(ofRequests, ofTokens, debt), ofRequests, ofTokens);
            (isIn, refusal) = TryEnter(tokens);
            return isIn ? null : refusal ?? Refusal(tokens);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The request has ended; the estimate is corrected.</summary>
    public void Leave(int estimated, long used)
    {
        lock (_lock)
        {
            _running--;
            _tokens?.Use(used - estimated);
        }
    }

    /// <summary>Takes a request back that another limit refused.</summary>
    public void Undo(int tokens)
    {
        lock (_lock)
        {
            _running--;
            _requests?.Use(-1);
            _tokens?.Use(-tokens);
        }
    }

    /// <summary>Gives back what has not been used for some time, or all of it when the router leaves.</summary>
    public async Task TidyAsync(bool isLeaving)
    {
        await _one.WaitAsync();
        try
        {
            LimitParts held;
            lock (_lock)
            {
                if (!isLeaving && time.GetElapsedTime(_usedAt) < s_idle)
                {
                    return;
                }

                held = new LimitParts(_requests?.Release() ?? 0, _tokens?.Release() ?? 0);
            }

            if (held != LimitParts.Nothing)
            {
                await source.ReturnAsync(held, isLeaving);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What is left, for headers: of requests and of tokens; null where there is no such limit.</summary>
    public (RateLevel? Requests, RateLevel? Tokens) Levels()
    {
        (long? requests, long? tokens) = source.Free();
        lock (_lock)
        {
            return (LevelOf(_requests, requests), LevelOf(_tokens, tokens));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // Neither in nor refused: the ledger has to be asked.
    private (bool IsIn, RateRefusal? Refusal) TryEnter(int tokens)
    {
        lock (_lock)
        {
            _usedAt = time.GetTimestamp();
            if (_running >= limits.Spec.ConcurrentRequests)
            {
                return (
                    false,
                    new RateRefusal(
                        $"{limits} allows {limits.Spec.ConcurrentRequests} requests at the same time",
                        TimeSpan.FromSeconds(1)
                    )
                );
            }

            if (_requests?.MissingFor(1) > 0 || _tokens?.MissingFor(tokens) > 0)
            {
                bool isScarce = _scarceAt is { } at && time.GetElapsedTime(at) < s_pace;
                return (false, isScarce ? Refusal(tokens) : null);
            }

            _requests?.Use(1);
            _tokens?.Use(tokens);
            _running++;
            return (true, null);
        }
    }

    private LimitParts ReleaseDebt()
    {
        lock (_lock)
        {
            return new LimitParts(_requests?.ReleaseDebt() ?? 0, _tokens?.ReleaseDebt() ?? 0);
        }
    }

    private void Gain(LimitParts answer, LimitWish requests, LimitWish tokens)
    {
        lock (_lock)
        {
            _requests?.Gain(answer.Requests);
            _tokens?.Gain(answer.Tokens);
            bool isLess =
                (requests.Missing > 0 && answer.Requests < requests.Part)
                || (tokens.Missing > 0 && answer.Tokens < tokens.Part);
            _scarceAt = isLess ? time.GetTimestamp() : null;
        }
    }

    private RateRefusal Refusal(int tokens)
    {
        (LimitWish ofRequests, LimitWish ofTokens) = Wishes(tokens);
        (TimeSpan wait, bool isForRequests) = source.WaitFor(ofRequests, ofTokens);
        string what = isForRequests
            ? $"{limits.Spec.RequestsPerMinute} requests"
            : $"{limits.Spec.TokensPerMinute} tokens";
        return new RateRefusal($"{limits} allows {what} in a minute", wait > s_pace ? wait : s_pace);
    }

    private (LimitWish Requests, LimitWish Tokens) Wishes(int tokens)
    {
        lock (_lock)
        {
            return (WishOf(_requests, 1), WishOf(_tokens, tokens));
        }
    }

    private static LimitWish WishOf(MinuteHolding? holding, int amount) =>
        holding is null ? default : new LimitWish(holding.MissingFor(amount), holding.PartFor(amount));

    private static MinuteHolding? HoldingOf(int? perMinute) =>
        perMinute is { } p ? new MinuteHolding(p) : null;

    private static RateLevel? LevelOf(MinuteHolding? holding, long? free)
    {
        if (holding is null)
        {
            return null;
        }

        long remaining = Math.Clamp(holding.Held + (free ?? 0), 0, holding.PerMinute);
        return new RateLevel(
            holding.PerMinute,
            remaining,
            TimeSpan.FromMinutes((double)(holding.PerMinute - remaining) / holding.PerMinute)
        );
    }
}
