namespace LlmOperator.NodeAgent.Pulling;

/// <summary>The units of a partial file that are being written. Thread-safe; one user a unit at a time.</summary>
internal sealed class UnitWriters(PartialData data, UnitLayout layout) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, UnitWriter> _writers = [];

    /// <summary>Bytes that were written of all of them.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _writers.Values.Sum(writer => (long)writer.Written);
            }
        }
    }

    /// <summary>Bytes of a unit that a source of a kind gave so far.</summary>
    public int WrittenOf(int unit, Func<IUnitSource, bool> isOne)
    {
        lock (_lock)
        {
            return _writers.TryGetValue(unit, out UnitWriter? writer) && isOne(writer.Source)
                ? writer.Written
                : 0;
        }
    }

    /// <summary>The writer of a unit.</summary>
    /// <param name="unit">Its number.</param>
    /// <param name="source">Who gives the bytes.</param>
    /// <param name="skip">Bytes that the source need not give because <see cref="WrittenOf"/> said so; 0 starts anew.</param>
    /// <param name="withDigest">Whether a new one computes the digest.</param>
    /// <param name="dropped">Bytes that were there and come again.</param>
    public UnitWriter Of(int unit, IUnitSource source, int skip, bool withDigest, out int dropped)
    {
        lock (_lock)
        {
            dropped = 0;
            if (_writers.TryGetValue(unit, out UnitWriter? writer))
            {
                if (writer.Source == source && writer.Written == skip)
                {
                    return writer;
                }

                dropped = writer.Written;
                writer.Dispose();
            }

            return _writers[unit] = new UnitWriter(data, layout, unit, source, withDigest);
        }
    }

    /// <summary>Throws away what was written of a unit, or ends with it.</summary>
    public void Remove(int unit)
    {
        lock (_lock)
        {
            if (_writers.Remove(unit, out UnitWriter? writer))
            {
                writer.Dispose();
            }
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            foreach (UnitWriter writer in _writers.Values)
            {
                writer.Dispose();
            }

            _writers.Clear();
        }
    }

    public void Dispose() => Clear();
}
