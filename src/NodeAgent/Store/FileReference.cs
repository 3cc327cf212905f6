using System.Text.Json.Serialization;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>A file outside the store as it was when its digest was computed.</summary>
public sealed record FileReference
{
    /// <summary>Absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>Number of bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Time of the last change, in ticks: with the size and the inode it tells whether the digest still holds.</summary>
    public required long ModifiedTicks { get; init; }

    /// <summary>Number of the file on its file system; 0 where there is none.</summary>
    public ulong Inode { get; init; }

    /// <summary>Digest of its bytes.</summary>
    [JsonConverter(typeof(DigestJsonConverter))]
    public required ModelDigest Digest { get; init; }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    internal static FileReference Observe(string path, ModelDigest digest)
    {
        FileFacts facts =
            FileFacts.Of(path) ?? throw new FileNotFoundException($"There is no file {path}.", path);
        return new FileReference
        {
            Path = path,
            SizeBytes = facts.SizeBytes,
            ModifiedTicks = facts.ModifiedTicks,
            Inode = facts.Inode,
            Digest = digest,
        };
    }

    /// <summary>True when the file looks as it did then.</summary>
    internal bool StillHolds() =>
        FileFacts.Of(Path) is { } facts
        && facts.SizeBytes == SizeBytes
        && facts.ModifiedTicks == ModifiedTicks
        && (Inode == 0 || facts.Inode == Inode);
}
