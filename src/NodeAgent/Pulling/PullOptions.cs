namespace LlmOperator.NodeAgent.Pulling;

/// <summary>How models are pulled.</summary>
internal sealed record PullOptions
{
    // So that a crash costs a quarter of a small file at most.
    private const int UnitsPerConnection = 4;

    // What a node gets it passes on when a unit of it is whole. Sixteen units are on their way to a node at a time: with so
    // many in a file, each step from node to node costs 1.6 % of the time that the file takes.
    private const int UnitsOfFile = 1024;

    /// <summary>
    /// Bytes that are fetched, hashed, journalled and passed on together, at least; a crash costs one such unit a
    /// connection at most. Default 4 MiB.
    /// </summary>
    public int UnitBytes { get; init; } = 4 << 20;

    /// <summary>The same at most: files above 64 GiB have more units instead of larger ones. Default 64 MiB.</summary>
    public int LargestUnitBytes { get; init; } = 64 << 20;

    /// <summary>Connections to an origin for one file, at most; a file of few units gets fewer. Default 8.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Connections to one origin for all files that are fetched from it at the same time; each file gets one at least. Default 16.</summary>
    public int ConnectionsPerHost { get; init; } = 16;

    /// <summary>Bytes a second of all pulls together; 0, the default, for no limit.</summary>
    public long MostBytesPerSecond { get; init; }

    /// <summary>Units that one request asks for, at most. Default 8.</summary>
    public int SpanUnits { get; init; } = 8;

    /// <summary>A connection that brings no byte for so long is given up. Default 10 s.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Age at which a connection is compared with the others. Default 5 s.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A connection below this share of the usual rate is given up. Usual is the median of all connections; for one to a
    /// peer, whose link other nodes share, what that peer gave lately. Default 0.1.
    /// </summary>
    public double SlowShare { get; init; } = 0.1;

    /// <summary>The same when all units are given out, so that others wait for the slow one. Default 0.5.</summary>
    public double SlowShareInTail { get; init; } = 0.5;

    /// <summary>A connection without work takes some from one that would still be busy for longer. Default 0.5 s: more than opening a connection takes.</summary>
    public TimeSpan WorthStealing { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Time between two looks at sources and laggards: so old is what is known of a peer's units. Default 0.25 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>Least time between two syncs of the file and its journal. Default 1 s.</summary>
    public TimeSpan SyncInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of the disk that stay free. Default 512 MiB.</summary>
    public long DiskReserveBytes { get; init; } = 512L << 20;

    /// <summary>Downloads of a file whose bytes have the wrong digest before the pull has failed. Default 3.</summary>
    public int DigestAttempts { get; init; } = 3;

    /// <summary>Tries in a row that bring not one byte before a source has failed. Default 8.</summary>
    public int FruitlessAttempts { get; init; } = 8;

    /// <summary>Delay before the first retry; doubled each time. Default 1 s.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay between retries. Default 1 minute.</summary>
    public TimeSpan MostRetryDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Connections for a file: at most <see cref="Connections"/>, and no more than a quarter of its units.</summary>
    public int ConnectionsFor(UnitLayout layout) =>
        Math.Clamp(layout.Count / UnitsPerConnection, 1, Connections);

    /// <summary>
    /// How a file of a size is cut: the least power of two times <see cref="UnitBytes"/> that gives 1,024 units or fewer. By
    /// the size alone: nodes must cut alike, or one's unit digests are of no use to the other.
    /// </summary>
    public UnitLayout LayoutOf(long sizeBytes)
    {
        int unit = UnitBytes;
        while (unit <= LargestUnitBytes / 2 && sizeBytes > (long)unit * UnitsOfFile)
        {
            unit *= 2;
        }

        return new UnitLayout(sizeBytes, unit);
    }
}
