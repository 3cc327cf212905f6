using System.Text.Json.Serialization;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>A file outside the store as it was when its digest was computed.</summary>
internal sealed record FileReference
{
    public required string Path { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>Time of the last change, in ticks: with the size it tells whether the digest still holds.</summary>
    public required long ModifiedTicks { get; init; }

    [JsonConverter(typeof(DigestJsonConverter))]
    public required ModelDigest Digest { get; init; }

    public static FileReference Observe(string path, ModelDigest digest)
    {
        FileInfo info = new(path);
        return new FileReference
        {
            Path = path,
            SizeBytes = info.Length,
            ModifiedTicks = info.LastWriteTimeUtc.Ticks,
            Digest = digest,
        };
    }

    /// <summary>True when the file looks as it did then.</summary>
    public bool StillHolds()
    {
        FileInfo info = new(Path);
        return info.Exists && info.Length == SizeBytes && info.LastWriteTimeUtc.Ticks == ModifiedTicks;
    }
}
