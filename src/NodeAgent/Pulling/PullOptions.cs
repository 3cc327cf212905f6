namespace LlmOperator.NodeAgent.Pulling;

/// <summary>How models are pulled.</summary>
internal sealed record PullOptions
{
    /// <summary>Bytes that are written, synced and journalled together; a crash costs one such unit at most. Default 16 MiB.</summary>
    public int UnitBytes { get; init; } = 16 << 20;

    /// <summary>Bytes of the disk that stay free. Default 512 MiB.</summary>
    public long DiskReserveBytes { get; init; } = 512L << 20;

    /// <summary>Downloads of a file whose bytes have the wrong digest before the pull has failed. Default 3.</summary>
    public int DigestAttempts { get; init; } = 3;

    /// <summary>Tries in a row that bring not one byte before the pull has failed. Default 8.</summary>
    public int FruitlessAttempts { get; init; } = 8;

    /// <summary>Delay before the first retry; doubled each time. Default 1 s.</summary>
    public TimeSpan FirstRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay between retries. Default 1 minute.</summary>
    public TimeSpan MostRetryDelay { get; init; } = TimeSpan.FromMinutes(1);
}
