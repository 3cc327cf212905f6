using System.Text.Json.Serialization;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Verified bytes in the store, as recorded when they were verified.</summary>
public sealed record StoredBlob
{
    /// <summary>Digest of the bytes.</summary>
    [JsonConverter(typeof(DigestJsonConverter))]
    public required ModelDigest Digest { get; init; }

    /// <summary>Number of bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Name under which they were stored first.</summary>
    public string Name { get; init; } = "";

    /// <summary>When they were stored.</summary>
    public DateTimeOffset StoredAt { get; init; }

    /// <summary>Where the bytes lie when they are not the store's own; null for its own.</summary>
    public FileReference? Reference { get; init; }
}
