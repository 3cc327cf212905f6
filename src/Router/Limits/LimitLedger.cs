using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Router.Budgets;

namespace LlmOperator.Router.Limits;

/// <summary>
/// The limits of one object as all routers share them: parts are taken and given back by writes on condition that nobody
/// wrote in between. A write whose answer is lost counts as one that brought nothing. Used by one at a time.
/// </summary>
/// <param name="limits">The limits.</param>
/// <param name="holder">This router.</param>
/// <param name="client">API server.</param>
/// <param name="time">Clock. Routers have to agree on the time to a few seconds: a clock that is ahead gives its lead away once.</param>
/// <param name="random">Jitter.</param>
internal sealed class LimitLedger(
    CompiledLimits limits,
    string holder,
    IKubernetesClient client,
    TimeProvider time,
    Random random
)
{
    private readonly MinuteAccount _account = new(limits.Spec);
    private readonly LedgerStore _store = new(
        client,
        limits.Ledger,
        limits.Owner,
        limits.OwnerReference,
        time,
        random
    );

    /// <summary>What was known last.</summary>
    public LedgerMinute Minute { get; private set; } = new();

    /// <summary>Charges what was used beyond what was taken, and takes what is wanted where there is as much.</summary>
    /// <exception cref="HttpRequestException">The API server cannot be reached.</exception>
    /// <exception cref="KubernetesApiException">The API server refuses.</exception>
    public async Task<LimitParts> TakeAsync(
        LimitWish requests,
        LimitWish tokens,
        LimitParts owed,
        CancellationToken cancellationToken
    )
    {
        LimitParts answer = LimitParts.Nothing;
        await WriteAsync(
            minute =>
            {
                DateTimeOffset now = time.GetUtcNow();
                LedgerMinute charged = _account.Move(minute, owed, now);
                (LedgerMinute after, answer) = _account.Take(charged, requests, tokens, now);
                return after == minute ? null : MinuteAccount.Seen(after, holder, isLeaving: false, now);
            },
            cancellationToken
        );
        return answer;
    }

    /// <summary>Gives back what was not used; below zero charges what was used beyond what was taken.</summary>
    /// <exception cref="HttpRequestException">The API server cannot be reached.</exception>
    /// <exception cref="KubernetesApiException">The API server refuses.</exception>
    public Task ReturnAsync(LimitParts unused, bool isLeaving, CancellationToken cancellationToken) =>
        WriteAsync(
            minute =>
            {
                DateTimeOffset now = time.GetUtcNow();
                return MinuteAccount.Seen(
                    _account.Move(minute, LimitParts.Nothing - unused, now),
                    holder,
                    isLeaving,
                    now
                );
            },
            cancellationToken
        );

    // Null from the plan: there is not enough, which is believed only when what is known is fresh.
    private async Task WriteAsync(Func<LedgerMinute, LedgerMinute?> plan, CancellationToken cancellationToken)
    {
        bool hasLookedAgain = false;
        for (int attempt = 1; ; attempt++)
        {
            BudgetLedger ledger = await _store.GetAsync(cancellationToken);
            Minute = ledger.Spec.Minute ?? new LedgerMinute();
            if (plan(Minute) is not { } after)
            {
                if (hasLookedAgain || _store.IsFresh)
                {
                    return;
                }

                hasLookedAgain = true;
                _store.Forget();
                continue;
            }

            BudgetLedger next = ledger with { Spec = ledger.Spec with { Minute = after } };
            if (await _store.TryWriteAsync(next, attempt, cancellationToken) is not null)
            {
                Minute = after;
                return;
            }
        }
    }
}
