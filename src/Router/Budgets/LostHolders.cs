using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Budgets;

/// <summary>
/// Finds routers that are gone: whose lease has stood still, as seen from here and by this router's own steady clock, for
/// as long as a lease lasts. No wall clocks are compared. Not thread-safe.
/// </summary>
internal sealed class LostHolders(TimeProvider time, TimeSpan leaseTime)
{
    private readonly Dictionary<(DateTimeOffset Period, string Holder), (long Renewals, long Since)> _seen =
    [];

    /// <summary>Notes what a ledger shows.</summary>
    public void Observe(BudgetLedgerSpec ledger)
    {
        HashSet<(DateTimeOffset, string)> present = [];
        foreach (LedgerPeriod period in ledger.Periods)
        {
            foreach (LedgerLease lease in period.Leases)
            {
                (DateTimeOffset, string) key = (period.Start, lease.Holder);
                present.Add(key);
                if (!_seen.TryGetValue(key, out var seen) || seen.Renewals != lease.Renewals)
                {
                    _seen[key] = (lease.Renewals, time.GetTimestamp());
                }
            }
        }

        foreach (var gone in _seen.Keys.Where(k => !present.Contains(k)).ToArray())
        {
            _seen.Remove(gone);
        }
    }

    /// <summary>Whether the holder of a lease is gone.</summary>
    public bool IsLost(LedgerPeriod period, LedgerLease lease) =>
        _seen.TryGetValue((period.Start, lease.Holder), out var seen)
        && seen.Renewals == lease.Renewals
        && time.GetElapsedTime(seen.Since) > leaseTime;
}
