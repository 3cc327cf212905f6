using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Where a pull stands; a snapshot.</summary>
internal sealed record PullProgress
{
    public PullState State { get; init; }

    public long CompletedBytes { get; init; }

    public long TotalBytes { get; init; }

    public long? BytesPerSecond { get; init; }

    /// <summary>Bytes of a former attempt that are not fetched again.</summary>
    public long ResumedBytes { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public string? Error { get; init; }

    public string? Source { get; init; }

    /// <summary>Who gave bytes or was asked in vain.</summary>
    public IReadOnlyList<PullSource> Sources { get; init; } = [];

    public TimeSpan? Remaining =>
        BytesPerSecond is > 0 and { } rate
            ? TimeSpan.FromSeconds((TotalBytes - CompletedBytes) / (double)rate)
            : null;

    public int Percent =>
        State == PullState.Stored ? 100
        : TotalBytes <= 0 ? 0
        : (int)Math.Clamp(CompletedBytes * 100L / TotalBytes, 0, 100);

    /// <summary>As the status of a replica says it.</summary>
    public ReplicaPull ToStatus() =>
        new()
        {
            State = State,
            CompletedBytes = CompletedBytes,
            TotalBytes = TotalBytes,
            BytesPerSecond = State == PullState.Pulling ? BytesPerSecond : null,
            RemainingSeconds =
                State == PullState.Pulling && Remaining is { } left
                    ? (long)Math.Ceiling(left.TotalSeconds)
                    : null,
            ResumedBytes = ResumedBytes > 0 ? ResumedBytes : null,
            Source = Source,
            Sources = Sources.Count > 0 ? Sources : null,
            Attempts = Attempts,
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            Error = Error,
            Summary = State == PullState.Failed ? "Failed" : $"{Percent}%",
        };
}
