using System.Text.Json.Serialization;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>One file of a stored model.</summary>
public sealed record StoredFile
{
    /// <summary>What it is for.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ResolvedFileRole>))]
    public required ResolvedFileRole Role { get; init; }

    /// <summary>Digest of its bytes.</summary>
    [JsonConverter(typeof(DigestJsonConverter))]
    public required ModelDigest Digest { get; init; }

    /// <summary>Number of its bytes.</summary>
    public required long SizeBytes { get; init; }
}
