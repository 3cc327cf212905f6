using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Limits;

/// <summary>Plans what is taken of a limit and given back; pure.</summary>
/// <param name="Limits">The limits.</param>
/// <param name="Divisor">Among how many routers they are divided; 1 where all count in one ledger.</param>
internal sealed record MinuteAccount(RequestLimits Limits, int Divisor = 1)
{
    // A router that was not seen for so long is not counted any more.
    private static readonly TimeSpan s_routerAge = TimeSpan.FromMinutes(2);

    /// <summary>The flow of requests; null without such a limit.</summary>
    public MinuteFlow? Requests => FlowOf(Limits.RequestsPerMinute);

    /// <summary>The flow of tokens; null without such a limit.</summary>
    public MinuteFlow? Tokens => FlowOf(Limits.TokensPerMinute);

    /// <summary>Takes what is wanted of both, or nothing of either.</summary>
    /// <returns>What the ledger says then, and what was got; the ledger as it was when there was not enough.</returns>
    public (LedgerMinute Minute, LimitParts Answer) Take(
        LedgerMinute minute,
        LimitWish requests,
        LimitWish tokens,
        DateTimeOffset now
    )
    {
        if (
            AmountOf(Requests, minute.RequestsPaidUntil, requests, now) is not { } r
            || AmountOf(Tokens, minute.TokensPaidUntil, tokens, now) is not { } t
        )
        {
            return (minute, LimitParts.Nothing);
        }

        LimitParts got = new(r, t);
        return (Move(minute, got, now), got);
    }

    /// <summary>Moves both on by what was taken; below zero gives back.</summary>
    public LedgerMinute Move(LedgerMinute minute, LimitParts parts, DateTimeOffset now) =>
        minute with
        {
            RequestsPaidUntil =
                parts.Requests != 0 && Requests is { } r
                    ? r.Take(minute.RequestsPaidUntil, now, parts.Requests)
                    : minute.RequestsPaidUntil,
            TokensPaidUntil =
                parts.Tokens != 0 && Tokens is { } t
                    ? t.Take(minute.TokensPaidUntil, now, parts.Tokens)
                    : minute.TokensPaidUntil,
        };

    /// <summary>How long until there is as much as is missing; and whether requests are what is waited for.</summary>
    public (TimeSpan Wait, bool IsForRequests) WaitFor(
        LedgerMinute minute,
        LimitWish requests,
        LimitWish tokens,
        DateTimeOffset now
    )
    {
        TimeSpan ofRequests = WaitFor(Requests, minute.RequestsPaidUntil, requests, now);
        TimeSpan ofTokens = WaitFor(Tokens, minute.TokensPaidUntil, tokens, now);
        return ofRequests >= ofTokens && requests.Missing > 0 ? (ofRequests, true) : (ofTokens, false);
    }

    /// <summary>Notes that a router was here, or that it leaves.</summary>
    public static LedgerMinute Seen(LedgerMinute minute, string holder, bool isLeaving, DateTimeOffset now)
    {
        IEnumerable<LedgerMinuteRouter> others = minute
            .Routers.Where(r => r.Holder != holder && now - r.SeenAt < s_routerAge)
            .OrderByDescending(r => r.SeenAt)
            .Take(63);
        return minute with
        {
            Routers = isLeaving
                ? [.. others]
                : [new LedgerMinuteRouter { Holder = holder, SeenAt = now }, .. others],
        };
    }

    private static TimeSpan WaitFor(
        MinuteFlow? flow,
        DateTimeOffset? paidUntil,
        LimitWish wish,
        DateTimeOffset now
    ) => flow is { } f && wish.Missing > 0 ? f.WaitFor(paidUntil, now, wish.Missing) : TimeSpan.Zero;

    // Null when there is not enough.
    private static long? AmountOf(
        MinuteFlow? flow,
        DateTimeOffset? paidUntil,
        LimitWish wish,
        DateTimeOffset now
    )
    {
        if (flow is not { } f || wish.Missing <= 0)
        {
            return 0;
        }

        long least = Math.Min(wish.Missing, f.PerMinute);
        long free = f.Free(paidUntil, now);
        return free < least ? null : Math.Min(free, Math.Max(least, wish.Part));
    }

    private MinuteFlow? FlowOf(int? perMinute) =>
        perMinute is { } p ? new MinuteFlow(Math.Max(1, p / Divisor)) : null;
}
