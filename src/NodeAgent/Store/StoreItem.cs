using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>One blob, or one unfinished download, as it lies in a store.</summary>
public sealed record StoreItem
{
    /// <summary>Digest of the bytes; of an unfinished download without one, what stands for its address.</summary>
    public required ModelDigest Digest { get; init; }

    /// <summary>Bytes on the disk.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>An unfinished download.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Names of the models that it belongs to.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>When it was last loaded, served or written.</summary>
    public DateTimeOffset UsedAt { get; init; }

    /// <summary>Who needs it: replicas (<c>replica:NAMESPACE/NAME</c>) and imports (<c>import:NAME</c>).</summary>
    public IReadOnlyList<string> PinnedBy { get; init; } = [];

    /// <summary>Whether a process has it mapped or it is being served.</summary>
    public bool IsInUse { get; init; }

    /// <summary>Where the bytes lie when they are not the store's own; null for its own.</summary>
    public string? ReferencedPath { get; init; }
}
