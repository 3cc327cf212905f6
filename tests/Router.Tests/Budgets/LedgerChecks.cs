using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>What must hold of every history of a ledger.</summary>
internal static class LedgerChecks
{
    /// <summary>Checks one.</summary>
    /// <returns>Periods whose sum had to be exact, and was.</returns>
    public static int Check(
        LedgerStory story,
        IReadOnlyList<BudgetLedger> states,
        BudgetLedger last,
        string context
    )
    {
        Dictionary<DateTimeOffset, LedgerPeriod> latest = [];
        foreach (LedgerPeriod period in states.SelectMany(s => s.Spec.Periods))
        {
            long all = period.Spent + period.Forfeited + period.Leases.Sum(l => l.Amount);
            Assert.True(all <= story.Limit, $"{context}: {all} of {story.Limit} are given out");
            if (latest.TryGetValue(period.Start, out LedgerPeriod? before))
            {
                Assert.True(period.Spent >= before.Spent, $"{context}: what was spent became less");
                Assert.True(
                    period.Forfeited >= before.Forfeited,
                    $"{context}: what was forfeited became less"
                );
            }

            latest[period.Start] = period;
        }

        int exact = 0;
        foreach ((DateTimeOffset start, LedgerStory.Truth truth) in story.Truths)
        {
            long spent = truth.Charged + truth.Unknown;
            Assert.True(spent <= story.Limit, $"{context}: {spent} of {story.Limit} were spent");
            LedgerPeriod period = latest[start];
            Assert.True(
                period.Spent + period.Forfeited >= spent,
                $"{context}: {spent} were spent, {period.Spent} + {period.Forfeited} are accounted for"
            );
            Assert.True(
                period.Spent <= truth.Charged,
                $"{context}: {truth.Charged} were charged, the ledger has {period.Spent}"
            );
            if (period.Forfeited == 0)
            {
                Assert.True(
                    period.Spent == spent,
                    $"{context}: {spent} were spent, the ledger has {period.Spent}"
                );
                exact++;
            }
        }

        Assert.True(
            last.Spec.Periods[0].Leases.Sum(l => l.Amount) == 0,
            $"{context}: {last.Spec.Periods[0].Leases.Sum(l => l.Amount)} are still held at the end"
        );
        Assert.True(
            Linearizability.Problem(story.Operations, last) is not { } problem,
            $"{context}: {Linearizability.Problem(story.Operations, last)}"
        );
        return exact;
    }
}
