using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Errors;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Limits;

/// <summary>
/// Where parts of a limit come from: the ledger that all routers share; while it cannot be reached, this router's share
/// of the flow, going on from what the ledger said last. Used by one at a time.
/// </summary>
internal sealed partial class LimitSource(
    CompiledLimits limits,
    LimitLedger ledger,
    TimeProvider time,
    ILogger logger
)
{
    // Nobody waits longer for the API server, and not every request finds out anew that it is gone.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_aloneFor = TimeSpan.FromSeconds(5);
    private readonly MinuteAccount _shared = new(limits.Spec);
    private LedgerMinute? _alone;
    private long _aloneSince;
    private LimitParts _owed;

    // Asked with each request, for its headers.
    private MinuteAccount Account =>
        _alone is null ? _shared : _shared with { Divisor = Math.Max(1, ledger.Minute.Routers.Count) };

    private LedgerMinute Minute => _alone ?? ledger.Minute;

    /// <summary>What is free of requests and of tokens, as far as it is known; null without such a limit.</summary>
    public (long? Requests, long? Tokens) Free()
    {
        DateTimeOffset now = time.GetUtcNow();
        MinuteAccount account = Account;
        return (
            account.Requests?.Free(Minute.RequestsPaidUntil, now),
            account.Tokens?.Free(Minute.TokensPaidUntil, now)
        );
    }

    /// <summary>How long until there is as much as is missing; and whether requests are what is waited for.</summary>
    public (TimeSpan Wait, bool IsForRequests) WaitFor(LimitWish requests, LimitWish tokens) =>
        Account.WaitFor(Minute, requests, tokens, time.GetUtcNow());

    /// <summary>Takes what is wanted, where there is as much.</summary>
    /// <param name="requests">Wanted requests.</param>
    /// <param name="tokens">Wanted tokens.</param>
    /// <param name="debt">What was used beyond what was taken; charged in any case.</param>
    public async Task<LimitParts> TakeAsync(LimitWish requests, LimitWish tokens, LimitParts debt)
    {
        _owed += debt;
        if (_alone is not null && time.GetElapsedTime(_aloneSince) < s_aloneFor)
        {
            return TakeAlone(requests, tokens);
        }

        LimitParts got = LimitParts.Nothing;
        if (!await ReachesAsync(async limit => got = await ledger.TakeAsync(requests, tokens, _owed, limit)))
        {
            return TakeAlone(requests, tokens);
        }

        _owed = LimitParts.Nothing;
        return got;
    }

    /// <summary>Gives back what was not used; below zero charges what was used beyond what was taken.</summary>
    public async Task ReturnAsync(LimitParts unused, bool isLeaving)
    {
        if (await ReachesAsync(limit => ledger.ReturnAsync(unused - _owed, isLeaving, limit)))
        {
            _owed = LimitParts.Nothing;
            return;
        }

        // Not tried again: what is not given back flows back by itself. A debt waits for the next write.
        _owed += new LimitParts(Math.Max(0, -unused.Requests), Math.Max(0, -unused.Tokens));
    }

    // What is taken alone is charged when the ledger is reached again.
    private LimitParts TakeAlone(LimitWish requests, LimitWish tokens)
    {
        (_alone, LimitParts got) = Account.Take(Minute, requests, tokens, time.GetUtcNow());
        _owed += got;
        return got;
    }

    private async Task<bool> ReachesAsync(Func<CancellationToken, Task> call)
    {
        using CancellationTokenSource limit = new(s_patience, time);
        try
        {
            await call(limit.Token);
            if (_alone is not null)
            {
                _alone = null;
                LogBack(limits.Ledger.ToString());
            }

            return true;
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or KubernetesApiException
                        or IOException
                        or OperationCanceledException
            )
        {
            if (_alone is null)
            {
                LogAlone(limits.Ledger.ToString(), e.Message);
            }

            _alone ??= ledger.Minute;
            _aloneSince = time.GetTimestamp();
            return false;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The ledger {Ledger} of request limits cannot be reached: {Reason}; this router goes on with its own share of them"
    )]
    private partial void LogAlone(string ledger, string reason);

    [LoggerMessage(LogLevel.Information, "The ledger {Ledger} of request limits is reached again")]
    private partial void LogBack(string ledger);
}
