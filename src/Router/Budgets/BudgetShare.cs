using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Budgets;

/// <summary>
/// One router's part of one budget. Requests reserve from what the ledger has leased to this router, without a call;
/// <see cref="LedgerKeeper"/> writes what was charged and leases more. Thread-safe.
/// </summary>
internal sealed class BudgetShare(CompiledBudget budget, string holder, TimeProvider time, BudgetTimes times)
{
    private readonly Lock _lock = new();
    private readonly List<LedgerWrite> _unknown = [];
    private readonly LostHolders _lost = new(time, times.Lease);
    private HeldPeriod _current = new(DateTimeOffset.MinValue);
    private HeldPeriod? _previous;
    private CompiledBudget _budget = budget;
    private long _number;
    private long _slack;
    private long _lastWant = time.GetTimestamp();
    private long _leasedAt = time.GetTimestamp();
    private long _confirmed;

    /// <summary>The budget, as it was last written by people.</summary>
    public CompiledBudget Budget
    {
        get => Volatile.Read(ref _budget);
        set => Volatile.Write(ref _budget, value);
    }

    /// <summary>What is free in the present period, as far as is known; for messages.</summary>
    public long LastKnownFree { get; private set; }

    /// <summary>When the next period begins.</summary>
    public DateTimeOffset NextPeriod => BudgetAmounts.NextAfter(Budget.Spec.Period, PeriodNow());

    /// <summary>Whether there is something to write: charges, a lease to renew, or one to give back.</summary>
    public bool IsDue
    {
        get
        {
            lock (_lock)
            {
                bool holds = _current.Lease > 0 || _current.Reserved > 0 || _confirmed > 0;
                return _current.Pending > 0
                    || _previous is { } p && (p.Pending > 0 || p.Lease > p.Reserved)
                    || _unknown.Count > 0
                    || (holds && time.GetElapsedTime(_leasedAt) >= times.Renewal);
            }
        }
    }

    /// <summary>Reserves from what is leased.</summary>
    /// <returns>Null when that does not suffice.</returns>
    public Reservation? TryReserve(long amount)
    {
        lock (_lock)
        {
            EnterPeriod(PeriodNow());
            if (
                time.GetElapsedTime(_leasedAt) >= times.Lease - times.Margin
                || _current.AvailableWith(_unknown) < amount
            )
            {
                return null;
            }

            _current.Reserved += amount;
            return new Reservation(this, _current, _current.Losses, amount);
        }
    }

    /// <summary>Charges a reservation.</summary>
    public void Settle(Reservation reservation, long spent)
    {
        lock (_lock)
        {
            HeldPeriod period = reservation.Period;
            if (reservation.Losses == period.Losses)
            {
                period.Reserved -= reservation.Amount;
                period.Pending += spent;
            }
            else
            {
                // Its lease was forfeited, and with it all that was reserved: only what is beyond is left to charge.
                period.Pending += Math.Max(0, spent - reservation.Amount);
            }
        }
    }

    /// <summary>Takes note of a ledger as the server has it: which of our writes it holds, and whether we lost a lease.</summary>
    public void Observe(BudgetLedgerSpec ledger, string? version)
    {
        lock (_lock)
        {
            _lost.Observe(ledger);
            long number = ledger
                .Periods.SelectMany(p => p.Leases)
                .Where(l => l.Holder == holder)
                .Select(l => l.Renewals)
                .DefaultIfEmpty(0)
                .Max();
            if (_unknown.Find(w => w.Number == number) is { } taken)
            {
                Apply(taken);
            }

            _unknown.RemoveAll(w => w.Replaces != version);
            foreach (HeldPeriod period in Periods())
            {
                bool isHeld = ledger.Periods.Any(p =>
                    p.Start == period.Start && p.Leases.Any(l => l.Holder == holder)
                );
                if (!isHeld && (period.Lease > 0 || period.Reserved > 0))
                {
                    period.Lose();
                }
            }
        }
    }

    /// <summary>Works out what to write next; null when nothing would change.</summary>
    /// <param name="ledger">The ledger as the server has it; observed before.</param>
    /// <param name="version">Version of the ledger; null when it does not exist yet.</param>
    /// <param name="wanted">What waiting requests want.</param>
    /// <param name="isLeaving">Whether the router stops: nothing is held for requests to come.</param>
    public LedgerWrite? Plan(BudgetLedgerSpec ledger, string? version, long wanted, bool isLeaving)
    {
        lock (_lock)
        {
            EnterPeriod(PeriodNow());
            BudgetLedgerSpec next = LedgerAccounts.WithPeriod(ledger, _current.Start);
            if (next.Periods[0].Start > _current.Start)
            {
                EnterPeriod(next.Periods[0].Start);
            }

            long number = ++_number;
            List<(DateTimeOffset, LedgerEntry)> entries = [];
            List<LedgerPeriod> periods = [];
            foreach (LedgerPeriod written in next.Periods)
            {
                LedgerPeriod period = LedgerAccounts.WithoutLost(
                    written,
                    l => l.Holder != holder && _lost.IsLost(written, l)
                );
                if (Periods().FirstOrDefault(p => p.Start == written.Start) is { } held)
                {
                    LedgerEntry entry = EntryOf(period, held, wanted, isLeaving, number);
                    entries.Add((held.Start, entry));
                    period = LedgerAccounts.With(period, holder, entry);
                }

                periods.Add(period);
            }

            BudgetLedgerSpec result = next with { Periods = periods };
            LastKnownFree = LedgerAccounts.Free(periods[0], Budget.Limit);
            bool changes =
                time.GetElapsedTime(_leasedAt) >= times.Renewal - times.Flush
                || !IsSameButForNumbers(ledger, result);
            if (!changes)
            {
                return null;
            }

            LedgerWrite write = new(number, entries, time.GetTimestamp())
            {
                Replaces = version,
                Result = result,
            };
            // From now on it may have happened; Confirm or a look at the ledger says so.
            _unknown.Add(write);
            return write;
        }
    }

    /// <summary>The server took a write.</summary>
    public void Confirm(LedgerWrite write)
    {
        lock (_lock)
        {
            Apply(write);
        }
    }

    private LedgerEntry EntryOf(
        LedgerPeriod period,
        HeldPeriod held,
        long wanted,
        bool isLeaving,
        long number
    )
    {
        long charge = held.Pending;
        long kept = Math.Max(0, held.Lease - charge);
        bool isCurrent = ReferenceEquals(held, _current);
        // The lease that the ledger has now is not free, and neither is what is charged beyond it.
        long free = Math.Max(0, LedgerAccounts.Free(period, Budget.Limit) - Math.Max(0, charge - held.Lease));
        long amount =
            isCurrent && !isLeaving
                ? LedgerAccounts.Hold(kept, held.Reserved, wanted, SlackFor(wanted), free)
                : held.Reserved;
        // Reservations are covered by the lease that they were taken from.
        amount = Math.Min(amount, kept + free);
        bool isGone = amount == 0 && held.Reserved == 0 && charge == 0 && held.Lease == 0;
        return new LedgerEntry(
            charge,
            isGone
                ? null
                : new LedgerLease
                {
                    Holder = holder,
                    Amount = amount,
                    Reserved = Math.Min(amount, held.Reserved),
                    Renewals = number,
                }
        );
    }

    // A busy router holds more, so that it writes seldom; an idle one gives all back.
    private long SlackFor(long wanted)
    {
        if (wanted > 0)
        {
            bool isSoon = time.GetElapsedTime(_lastWant) < times.Flush;
            _slack = Math.Max(isSoon ? _slack * 2 : _slack / 2, wanted * 4);
            _lastWant = time.GetTimestamp();
        }
        else if (time.GetElapsedTime(_lastWant) >= times.Renewal)
        {
            _slack = 0;
        }

        return _slack;
    }

    private void Apply(LedgerWrite write)
    {
        foreach ((DateTimeOffset start, LedgerEntry entry) in write.Entries)
        {
            if (Periods().FirstOrDefault(p => p.Start == start) is { } held)
            {
                held.Pending -= entry.Charge;
                held.Lease = entry.Lease?.Amount ?? 0;
            }
        }

        _unknown.Clear();
        _leasedAt = write.Sent;
        _confirmed = write.Entries.Any(e => e.Entry.Lease is not null) ? write.Number : 0;
    }

    private DateTimeOffset PeriodNow() => BudgetAmounts.StartOf(Budget.Spec.Period, time.GetUtcNow());

    private void EnterPeriod(DateTimeOffset start)
    {
        if (start > _current.Start)
        {
            _previous = _current.Start == DateTimeOffset.MinValue ? null : _current;
            _current = new HeldPeriod(start);
        }
    }

    private IEnumerable<HeldPeriod> Periods() => _previous is null ? [_current] : [_current, _previous];

    private static bool IsSameButForNumbers(BudgetLedgerSpec left, BudgetLedgerSpec right) =>
        left.Periods.Count == right.Periods.Count
        && left.Periods.Zip(right.Periods)
            .All(p =>
                p.First.Start == p.Second.Start
                && p.First.Spent == p.Second.Spent
                && p.First.Forfeited == p.Second.Forfeited
                && p.First.Leases.Count == p.Second.Leases.Count
                && p.First.Leases.OrderBy(l => l.Holder, StringComparer.Ordinal)
                    .Zip(p.Second.Leases.OrderBy(l => l.Holder, StringComparer.Ordinal))
                    .All(l => l.First with { Renewals = 0 } == l.Second with { Renewals = 0 })
            );
}
