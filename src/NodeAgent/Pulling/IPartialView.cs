namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Reads the finished units of a file that is still being pulled. Dispose it after use. Thread-safe.</summary>
internal interface IPartialView : IDisposable
{
    int UnitBytes { get; }

    long SizeBytes { get; }

    /// <summary>True when all bytes of a unit are here and their digest is known. It never becomes false while nobody finds the file to be wrong.</summary>
    bool Has(int unit);

    /// <summary>SHA-256 of a unit that is here, 64 hex digits.</summary>
    string DigestOf(int unit);

    /// <summary>Whether this process has a unit from the origin itself: only of such ones it can say what they should be.</summary>
    bool IsFromOrigin(int unit);

    /// <summary>Reads bytes of units that are here; returns how many, 0 only at the end of the file.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken);
}
