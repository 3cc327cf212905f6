using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Budgets;

/// <summary>The request limits of one key, role or policy. Thread-safe.</summary>
internal sealed class RateGate(string name, RequestLimits limits, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TokenBucket? _requests = limits.RequestsPerMinute is { } r ? new(r, time) : null;
    private readonly TokenBucket? _tokens = limits.TokensPerMinute is { } t ? new(t, time) : null;
    private int _running;

    /// <summary>The limits.</summary>
    public RequestLimits Limits => limits;

    /// <summary>Lets a request in, or says why not.</summary>
    public RateRefusal? TryEnter(int tokens)
    {
        lock (_lock)
        {
            TimeSpan requests = _requests?.WaitFor(1) ?? TimeSpan.Zero;
            TimeSpan wait = _tokens?.WaitFor(tokens) ?? TimeSpan.Zero;
            if (requests > TimeSpan.Zero || wait > TimeSpan.Zero)
            {
                string what =
                    requests >= wait
                        ? $"{limits.RequestsPerMinute} requests"
                        : $"{limits.TokensPerMinute} tokens";
                return new RateRefusal(
                    $"{name} allows {what} in a minute",
                    requests > wait ? requests : wait
                );
            }

            if (_running >= limits.ConcurrentRequests)
            {
                return new RateRefusal(
                    $"{name} allows {limits.ConcurrentRequests} requests at the same time",
                    TimeSpan.FromSeconds(1)
                );
            }

            _requests?.Take(1);
            _tokens?.Take(tokens);
            _running++;
            return null;
        }
    }

    /// <summary>The request has ended; the estimate is corrected.</summary>
    public void Leave(int estimated, long used)
    {
        lock (_lock)
        {
            _running--;
            _tokens?.Take(used - estimated);
        }
    }

    /// <summary>Takes a request back that another limit refused.</summary>
    public void Undo(int tokens)
    {
        lock (_lock)
        {
            _running--;
            _requests?.Take(-1);
            _tokens?.Take(-tokens);
        }
    }

    /// <summary>What is left, for headers: of requests and of tokens; null where there is no such limit.</summary>
    public (RateLevel? Requests, RateLevel? Tokens) Levels()
    {
        lock (_lock)
        {
            return (LevelOf(_requests), LevelOf(_tokens));
        }
    }

    private static RateLevel? LevelOf(TokenBucket? bucket) =>
        bucket is null
            ? null
            : new RateLevel(bucket.PerMinute, bucket.Remaining, bucket.WaitFor(bucket.PerMinute));
}
