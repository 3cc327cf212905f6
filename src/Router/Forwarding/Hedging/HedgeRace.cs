using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Budgets;

namespace LlmOperator.Router.Forwarding.Hedging;

/// <summary>
/// Two attempts of one request, of which the client gets the one that begins first. The second begins when the first is late,
/// draws from the same plan and only from what is left of it, and whoever loses is cancelled; its tokens are charged all the same.
/// </summary>
/// <param name="settings">What the policy says.</param>
/// <param name="patience">How long the first attempt has for itself.</param>
/// <param name="share">Keeps second attempts within their share.</param>
/// <param name="source">The attempts of the request.</param>
/// <param name="trials">Begins them.</param>
/// <param name="budgets">The budgets of the request.</param>
/// <param name="time">Clock.</param>
internal sealed class HedgeRace(
    HedgedRequests settings,
    TimeSpan patience,
    HedgeShare share,
    AttemptSource source,
    Trials trials,
    RequestBudgets budgets,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private Trial? _first;
    private Trial? _winner;
    private CancellationTokenSource? _endFirst;
    private CancellationTokenSource? _endSecond;
    private Task _ending = Task.CompletedTask;
    private bool _hasFailed;

    /// <summary>The second attempt; null when there was none.</summary>
    public Trial? Second { get; private set; }

    /// <summary>Called with the attempt of two that the client gets, before it gets anything.</summary>
    public Action<Trial> Begins { get; init; } = _ => { };

    /// <summary>Called with an attempt that failed while the other still runs.</summary>
    public Func<Trial, AttemptOutcome.Failed, Task> Failed { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>The attempt that was not sooner, and how long it ran until then; null when none was cancelled.</summary>
    public (Trial Trial, TimeSpan After)? Lost { get; private set; }

    /// <summary>Runs the first attempt, and the second when the first is late.</summary>
    /// <param name="first">The first attempt.</param>
    /// <param name="firstContent">Longest wait of an attempt for its first content.</param>
    /// <param name="ends">Cancelled when the client leaves or the request's time is over.</param>
    /// <returns>The attempt that counts, and its outcome.</returns>
    public async Task<(Trial Trial, AttemptOutcome Outcome)> RunAsync(
        Trial first,
        TimeSpan firstContent,
        CancellationToken ends
    )
    {
        using CancellationTokenSource endFirst = CancellationTokenSource.CreateLinkedTokenSource(ends);
        using CancellationTokenSource endSecond = CancellationTokenSource.CreateLinkedTokenSource(ends);
        (_first, _endFirst, _endSecond) = (first, endFirst, endSecond);
        first.MayBegin = () => TryBegin(first);
        Task<AttemptOutcome> one = first.RunAsync(firstContent, endFirst.Token);
        Task<AttemptOutcome>? two = null;
        try
        {
            if (await IsLateAsync(one, ends) && await SecondAsync(ends) is { } second)
            {
                second.MayBegin = () => TryBegin(second);
                // The first may have begun while the second was prepared: then it ends before anything is sent.
                two = second.RunAsync(firstContent, endSecond.Token);
            }

            if (two is null)
            {
                return (first, await one);
            }

            Task<AttemptOutcome> sooner = await Task.WhenAny(one, two);
            (Trial trial, Trial other, Task<AttemptOutcome> rest) =
                sooner == one ? (first, Second!, two) : (Second!, first, one);
            if (MayFail() && await sooner is AttemptOutcome.Failed failed)
            {
                await Failed(trial, failed);
                return (other, await rest);
            }

            // Whoever has begun is the one, also where the other ended meanwhile.
            return HasBegun(other) ? (other, await rest) : (trial, await sooner);
        }
        finally
        {
            await endFirst.CancelAsync();
            await endSecond.CancelAsync();
            await EndAsync(one);
            await EndAsync(two);
            await _ending;
        }
    }

    /// <summary>Ends the second attempt, and charges it.</summary>
    public ValueTask DisposeAsync() => Second?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool TryBegin(Trial trial)
    {
        lock (_lock)
        {
            if (_winner is not null)
            {
                return _winner == trial;
            }

            _winner = trial;
            if (Second is null)
            {
                return true;
            }

            Lose(trial == Second ? _first! : Second);
        }

        Begins(trial);
        return true;
    }

    // Under the lock.
    private void Lose(Trial loser)
    {
        if (!_hasFailed)
        {
            Lost = (loser, loser.Times.Elapsed);
            _ending = (loser == _first ? _endFirst! : _endSecond!).CancelAsync();
        }
    }

    // True for the first of two that ended before either began to answer.
    private bool MayFail()
    {
        lock (_lock)
        {
            _hasFailed = _winner is null;
            return _hasFailed;
        }
    }

    private bool HasBegun(Trial trial)
    {
        lock (_lock)
        {
            return _winner == trial;
        }
    }

    private async Task<bool> IsLateAsync(Task first, CancellationToken ends)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(ends);
        Task pause = Task.Delay(patience, time, over.Token);
        await Task.WhenAny(first, pause);
        await over.CancelAsync();
        return pause.IsCompletedSuccessfully && !first.IsCompleted && !HasBegun(_first!);
    }

    private async Task<Trial?> SecondAsync(CancellationToken ends)
    {
        if (!share.TryTake())
        {
            return null;
        }

        if (await source.HedgeAsync(settings.Targets) is not { } target)
        {
            share.GiveBack();
            return null;
        }

        (BudgetHold? hold, BudgetRefusal? refusal) = await budgets.TryReserveAsync(target.Candidate, ends);
        if (refusal is not null)
        {
            source.TakeBack();
            share.GiveBack();
            await target.Pass!.DisposeAsync();
            return null;
        }

        Trial second = trials.Begin(target, hold!);
        lock (_lock)
        {
            Second = second;
            if (_winner is not null)
            {
                Lose(second);
            }
        }

        return second;
    }

    // Whoever is not the one was cancelled; what else became of it is of no interest.
    private static async Task EndAsync(Task<AttemptOutcome>? attempt)
    {
        if (attempt is not null)
        {
            await ((Task)attempt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
