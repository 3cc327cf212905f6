using System.Text.Json.Serialization;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>The files of a stored model.</summary>
public sealed record StoredModelFiles
{
    /// <summary>Name under which it was stored last.</summary>
    public required string Name { get; init; }

    /// <summary>The files; the first is the weights' first part.</summary>
    public required IReadOnlyList<StoredFile> Files { get; init; }

    /// <summary>Absolute path when the weights are read where they lie and are not in the store.</summary>
    public string? ReferencedPath { get; init; }

    /// <summary>Digest of the weights' first part.</summary>
    [JsonIgnore]
    public ModelDigest Digest => Files[0].Digest;

    /// <summary>Bytes of all files.</summary>
    [JsonIgnore]
    public long SizeBytes => Files.Sum(file => file.SizeBytes);

    /// <summary>The weights' parts in order.</summary>
    [JsonIgnore]
    public IEnumerable<StoredFile> Weights => Files.Where(file => file.Role == ResolvedFileRole.Weights);
}
