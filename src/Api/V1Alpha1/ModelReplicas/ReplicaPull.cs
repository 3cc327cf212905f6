using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A download as seen on its node.</summary>
public sealed record ReplicaPull
{
    /// <summary>Where it stands.</summary>
    public PullState State { get; init; }

    /// <summary>Bytes that are stored and verified or about to be.</summary>
    public long CompletedBytes { get; init; }

    /// <summary>Bytes in all.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes a second, over the last seconds.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Seconds that are left at this rate.</summary>
    public long? RemainingSeconds { get; init; }

    /// <summary>Bytes that were there before this attempt began: what a resumed pull did not fetch again.</summary>
    public long? ResumedBytes { get; init; }

    /// <summary>Where the bytes come from, without credentials.</summary>
    public string? Source { get; init; }

    /// <summary>The places that gave bytes, or were asked in vain, in the order in which they are asked.</summary>
    [ListMap("name")]
    [MaxLength(32)]
    public IReadOnlyList<PullSource>? Sources { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When the pull began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>What went wrong last; absent when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Progress in a word for <c>kubectl get</c>, for example <c>43%</c>.</summary>
    public string? Summary { get; init; }
}
