namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The finished units of a partial file, of which its journal tells the next process. After a crash the units that the
/// journal claims are read and compared, and nothing else is believed. Thread-safe.
/// </summary>
internal sealed class JournaledUnits(string path, PartialData data, UnitLayout layout) : IDisposable
{
    private readonly PartialJournal _journal = new(path);
    private readonly Lock _lock = new();
    private bool _isUnsynced;

    public FinishedUnits Finished { get; } = new(layout);

    /// <summary>What tells the file that the bytes are of from a later state of it; null where nobody said.</summary>
    public string? EntityTag { get; private set; }

    /// <summary>Checks what the journal claims; what does not hold is forgotten.</summary>
    public void Recover(CancellationToken cancellationToken)
    {
        if (_journal.Read(layout) is not var (tag, claimed))
        {
            Clear(null);
            return;
        }

        EntityTag = tag;
        foreach ((int unit, string claim) in claimed)
        {
            UnitChecksum checksum = new();
            bool isWhole = data.TryRead(
                layout.OffsetOf(unit),
                layout.LengthOf(unit),
                bytes => checksum.Add(bytes),
                cancellationToken
            );
            if (isWhole && checksum.ToString() == claim)
            {
                Finished.Add(unit, new UnitSums(claim, Digest: null), giver: null);
            }
            else
            {
                // It must not be believed next time.
                _journal.RemoveUnit(unit);
            }
        }
    }

    /// <summary>A unit whose bytes are all written.</summary>
    public void Add(int unit, UnitSums sums, IUnitSource giver)
    {
        lock (_lock)
        {
            _journal.AddUnit(unit, sums.Checksum);
            _isUnsynced = true;
        }

        Finished.Add(unit, sums, giver);
    }

    /// <summary>Forgets units, so that they are fetched again.</summary>
    public void Remove(IEnumerable<int> units)
    {
        lock (_lock)
        {
            foreach (int unit in units)
            {
                _journal.RemoveUnit(unit);
                Finished.Remove(unit);
            }
        }
    }

    /// <summary>Forgets all units; those that come are of another state of the file.</summary>
    public void Clear(string? entityTag)
    {
        lock (_lock)
        {
            Finished.Clear();
            _journal.Clear();
            WriteHeader(entityTag);
        }
    }

    /// <summary>Records which state of the file the bytes are of.</summary>
    public void Tag(string entityTag)
    {
        lock (_lock)
        {
            if (EntityTag != entityTag)
            {
                WriteHeader(entityTag);
            }
        }
    }

    /// <summary>Brings to the disk what was finished since the last call: the bytes before the line that claims them.</summary>
    public void Sync()
    {
        lock (_lock)
        {
            if (!_isUnsynced)
            {
                return;
            }

            _isUnsynced = false;
        }

        data.Sync();
        _journal.Sync();
    }

    public void Dispose() => _journal.Dispose();

    private void WriteHeader(string? entityTag)
    {
        EntityTag = entityTag;
        _journal.AddHeader(new PartialHeader(layout.SizeBytes, layout.UnitBytes, entityTag));
    }
}
