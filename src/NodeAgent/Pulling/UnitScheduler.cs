namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Gives the missing units of a file to connections: in order, so that the digest of the whole file keeps up; a unit to
/// one connection at a time, so that what is in the file is what was hashed. In the tail a connection without work takes
/// the second half of what another has not begun. Decides only; the caller passes the time. Thread-safe.
/// </summary>
internal sealed class UnitScheduler(
    UnitLayout layout,
    Func<int, bool> has,
    PullOptions options,
    Random random
)
{
    // In the tail a peer's unit is asked for again when others would have brought it so many times meanwhile.
    private const double TailGain = 4;
    private const int MostHandovers = 3;
    private const int RecentRates = 16;

    private readonly Lock _lock = new();
    private readonly UnitLease?[] _owners = new UnitLease?[layout.Count];
    private readonly HashSet<UnitLease> _leases = [];
    private readonly Dictionary<IUnitSource, SourcePace> _paces = [];
    private readonly Dictionary<int, (IUnitSource Slow, int Times)> _handovers = [];
    private readonly Queue<double> _rates = new();
    private bool _tookRandom;

    // All units before it are here, and stay.
    private int _begin;

    /// <summary>Work for one connection of a source; null when there is none that it can do now.</summary>
    /// <param name="source">Who is to be asked.</param>
    /// <param name="othersHave">Whether another source can be asked for a unit instead.</param>
    /// <param name="now">Time since any fixed moment.</param>
    public UnitLease? Take(IUnitSource source, Func<int, bool> othersHave, TimeSpan now)
    {
        lock (_lock)
        {
            bool IsFor(int unit) =>
                IsFree(unit)
                && source.Has(unit)
                && (_handovers.GetValueOrDefault(unit).Slow != source || !othersHave(unit));

            int first = FirstFor(source, IsFor);
            if (first < 0)
            {
                return Steal(source, now);
            }

            int most = source.IsSequential ? layout.Count : UnitsFor(source);
            int end = first + 1;
            while (end < layout.Count && end - first < most && IsFor(end))
            {
                end++;
            }

            return Lease(source, first, end, now);
        }
    }

    /// <summary>Moves a connection on to its next unit; false when it has no more.</summary>
    /// <param name="lease">What the connection fetches.</param>
    /// <param name="unit">Its next unit.</param>
    /// <param name="isWanted">False when the unit is here or on its way by another connection.</param>
    public bool TryBegin(UnitLease lease, out int unit, out bool isWanted)
    {
        lock (_lock)
        {
            if (lease.Current >= lease.First && _owners[lease.Current] == lease)
            {
                _owners[lease.Current] = null;
            }

            unit = lease.Current + 1;
            isWanted = false;
            if (unit >= lease.End)
            {
                return false;
            }

            lease.Current = unit;
            if (IsFree(unit))
            {
                _owners[unit] = lease;
            }

            isWanted = _owners[unit] == lease && !has(unit);
            return true;
        }
    }

    /// <summary>The first byte of a connection can be read.</summary>
    public void Opened(UnitLease lease, TimeSpan now)
    {
        lock (_lock)
        {
            (lease.OpenedAt, lease.LastByteAt) = (now, now);
            PaceOf(lease.Source).Waited(now - lease.StartedAt);
            if (lease.Source.IsSequential)
            {
                lease.End = layout.Count;
            }
        }
    }

    public void Progress(UnitLease lease, int bytes, TimeSpan now)
    {
        lock (_lock)
        {
            lease.Bytes += bytes;
            lease.LastByteAt = now;
        }
    }

    /// <summary>A connection has ended, for whatever reason.</summary>
    public void Free(UnitLease lease, TimeSpan now)
    {
        lock (_lock)
        {
            _leases.Remove(lease);
            for (int unit = lease.First; unit < lease.End; unit++)
            {
                if (_owners[unit] == lease)
                {
                    _owners[unit] = null;
                }
            }

            if (lease.OpenedAt is { } opened && lease.Bytes > 0)
            {
                PaceOf(lease.Source).Moved(lease.Bytes, now - opened);
                _rates.Enqueue(lease.RateAt(now));
                if (_rates.Count > RecentRates)
                {
                    _rates.Dequeue();
                }
            }
        }
    }

    /// <summary>Connections to give up, because their units come sooner over others.</summary>
    public IReadOnlyList<(UnitLease Lease, LagReason Reason)> Laggards(TimeSpan now)
    {
        lock (_lock)
        {
            double median = Median([
                .. _leases.Where(l => l.Bytes > 0).Select(l => l.RateAt(now)),
                .. _rates,
            ]);
            bool isTail = !Rest().Any(IsFree);
            List<(UnitLease, LagReason)> found = [];
            foreach (UnitLease lease in _leases)
            {
                if (now - lease.LastByteAt >= options.StallAfter)
                {
                    found.Add((lease, LagReason.Stalled));
                }
                else if (IsSlow(lease, median, isTail, now))
                {
                    int unit = Math.Max(lease.Current, lease.First);
                    _handovers[unit] = (lease.Source, _handovers.GetValueOrDefault(unit).Times + 1);
                    found.Add((lease, LagReason.Slow));
                }
            }

            return found;
        }
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[values.Length / 2];
    }

    private bool IsSlow(UnitLease lease, double median, bool isTail, TimeSpan now)
    {
        int unit = Math.Max(lease.Current, lease.First);
        return now - lease.StartedAt >= options.SlowAfter
            && _handovers.GetValueOrDefault(unit).Times < MostHandovers
            && (
                lease.Source.Kind == UnitSourceKind.Peer
                    ? IsSlowPeer(lease, median, isTail, now)
                    : lease.RateAt(now) < (isTail ? options.SlowShareInTail : options.SlowShare) * median
            );
    }

    // A peer's link is shared among nodes that come and go, and what it brought of a unit is lost when it is given up.
    private bool IsSlowPeer(UnitLease lease, double median, bool isTail, TimeSpan now)
    {
        double rate = lease.RateAt(now);
        return rate < options.SlowShare * PaceOf(lease.Source).BytesPerSecond
            || (
                isTail
                && median > 0
                && RestOfUnit(lease, layout.UnitBytes, now)
                    > TimeSpan.FromSeconds(TailGain * layout.UnitBytes / median) + options.WorthStealing
            );
    }

    // Of the unit that is being fetched, at the rate so far.
    private static TimeSpan RestOfUnit(UnitLease lease, int unitBytes, TimeSpan now)
    {
        double rate = lease.RateAt(now);
        long left = unitBytes - lease.Bytes % unitBytes;
        return rate <= 0 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(Math.Min(left / rate, 1e6));
    }

    private bool IsFree(int unit) => _owners[unit] is null && !has(unit);

    private int FirstFor(IUnitSource source, Func<int, bool> isFor)
    {
        if (source.Kind == UnitSourceKind.Peer && !_tookRandom)
        {
            // So that nodes that begin at the same time have something to give each other.
            int start = random.Next(layout.Count);
            int found = Enumerable
                .Range(start, layout.Count)
                .Select(unit => unit % layout.Count)
                .FirstOrDefault(isFor, -1);
            _tookRandom = found >= 0;
            return found;
        }

        return Rest().FirstOrDefault(isFor, -1);
    }

    private IEnumerable<int> Rest()
    {
        while (_begin < layout.Count && has(_begin))
        {
            _begin++;
        }

        return Enumerable.Range(_begin, layout.Count - _begin);
    }

    private int UnitsFor(IUnitSource source) =>
        PaceOf(source)
            .Units(
                layout.UnitBytes,
                Math.Max(1, Math.Min(options.SpanUnits, Missing() / (2 * source.Connections)))
            );

    private int Missing() => Rest().Count(IsFree);

    private UnitLease? Steal(IUnitSource source, TimeSpan now)
    {
        UnitLease? victim = _leases
            .Where(lease =>
                lease.NotBegun > 0
                && !lease.Source.IsSequential
                && RemainingOf(lease, now) > options.WorthStealing
            )
            .MaxBy(lease => RemainingOf(lease, now));
        if (victim is null)
        {
            return null;
        }

        // The end of it as far as the source has it, at most half.
        int first = victim.End;
        while (victim.End - first < (victim.NotBegun + 1) / 2 && source.Has(first - 1))
        {
            first--;
        }

        if (first == victim.End)
        {
            return null;
        }

        int end = victim.End;
        victim.End = first;
        return Lease(source, first, end, now);
    }

    private TimeSpan RemainingOf(UnitLease lease, TimeSpan now)
    {
        double rate = lease.RateAt(now);
        long bytes = (long)(lease.End - lease.First) * layout.UnitBytes - lease.Bytes;
        return rate <= 0 ? now - lease.StartedAt : TimeSpan.FromSeconds(Math.Max(0, bytes) / rate);
    }

    private UnitLease Lease(IUnitSource source, int first, int end, TimeSpan now)
    {
        UnitLease lease = new(source, first, end, now);
        _leases.Add(lease);
        for (int unit = first; unit < end; unit++)
        {
            _owners[unit] = lease;
        }

        return lease;
    }

    private SourcePace PaceOf(IUnitSource source) =>
        _paces.TryGetValue(source, out SourcePace? pace) ? pace : _paces[source] = new SourcePace();
}
