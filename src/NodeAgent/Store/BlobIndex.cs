using System.Collections.Concurrent;
using LlmOperator.Models.Sources;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// The files of a store by digest: those that lie in it, and those that lie elsewhere on the node and are referred to.
/// Thread-safe.
/// </summary>
internal sealed partial class BlobIndex
{
    private readonly StoreLayout _layout;
    private readonly Func<ModelDigest, bool> _isPinned;
    private readonly BlobLeases _leases;
    private readonly AccessLabels _access;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<ModelDigest, StoredBlob> _blobs = new();
    private readonly Lock _changing = new();

    /// <param name="layout">Where the files lie.</param>
    /// <param name="isPinned">Whether somebody needs a file; asked before one is deleted.</param>
    /// <param name="leases">Who reads a file.</param>
    /// <param name="access">Labels, which go with their files.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    public BlobIndex(
        StoreLayout layout,
        Func<ModelDigest, bool> isPinned,
        BlobLeases leases,
        AccessLabels access,
        TimeProvider time,
        ILogger logger
    )
    {
        (_layout, _isPinned, _leases, _access) = (layout, isPinned, leases, access);
        (_time, _logger) = (time, logger);
    }

    /// <summary>Everything that is stored; a snapshot.</summary>
    public IReadOnlyCollection<StoredBlob> All => [.. _blobs.Values];

    /// <summary>Takes in what lies in the folder.</summary>
    /// <param name="isOwner">Whether this process has the store, and removes what a crash left.</param>
    public void Load(bool isOwner)
    {
        foreach (StoredBlob blob in isOwner ? StoreScan.Run(_layout, LogRemains) : StoreScan.Sound(_layout))
        {
            _blobs[blob.Digest] = blob;
        }
    }

    /// <summary>Finds what another process has added.</summary>
    public void Refresh()
    {
        foreach (StoredBlob blob in StoreScan.Sound(_layout))
        {
            _ = Find(blob.Digest);
        }
    }

    /// <summary>The record of a blob; null when it is not stored, or lies elsewhere and has changed there.</summary>
    public StoredBlob? Find(ModelDigest digest)
    {
        if (!_blobs.TryGetValue(digest, out StoredBlob? blob))
        {
            return Discover(digest);
        }

        if (blob.Reference is not { } reference || reference.StillHolds())
        {
            return blob;
        }

        lock (_changing)
        {
            if (_blobs.TryRemove(KeyValuePair.Create(digest, blob)))
            {
                File.Delete(_layout.BlobRecord(digest));
                LogReferenceGone(reference.Path, digest.ToString());
            }
        }

        return null;
    }

    /// <summary>Path of a blob that is stored.</summary>
    public string PathOf(ModelDigest digest) =>
        _blobs.GetValueOrDefault(digest)?.Reference?.Path ?? _layout.Blob(digest);

    /// <summary>Opens a stored blob, which is not deleted before it is closed; null when it is not stored.</summary>
    public Stream? OpenRead(ModelDigest digest)
    {
        IDisposable lease;
        lock (_changing)
        {
            if (Find(digest) is null)
            {
                return null;
            }

            lease = _leases.Hold(digest);
        }

        try
        {
            LeasedFileStream stream = new(PathOf(digest), lease);
            Touch(digest);
            return stream;
        }
        catch (IOException)
        {
            // Deleted by hand since it was looked up.
            lease.Dispose();
            return null;
        }
    }

    /// <summary>Takes a file over whose bytes were verified to have the digest and are on the disk.</summary>
    public StoredBlob Commit(ModelDigest digest, string file, string name)
    {
        lock (_changing)
        {
            if (Find(digest) is { } existing)
            {
                File.Delete(file);
                return existing;
            }

            StoredBlob blob = Record(digest, new FileInfo(file).Length, name, null);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(
                    file,
                    UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                );
            }

            DurableFiles.Move(file, _layout.Blob(digest));
            _blobs[digest] = blob;
            return blob;
        }
    }

    /// <summary>Takes a file in whose bytes were verified to have the digest and lie elsewhere.</summary>
    public StoredBlob Refer(FileReference reference, string name)
    {
        lock (_changing)
        {
            return Find(reference.Digest)
                ?? (
                    _blobs[reference.Digest] = Record(reference.Digest, reference.SizeBytes, name, reference)
                );
        }
    }

    /// <summary>Marks a blob as used now, so that others are deleted before it.</summary>
    public void Touch(ModelDigest digest)
    {
        try
        {
            File.SetLastWriteTimeUtc(_layout.BlobRecord(digest), _time.GetUtcNow().UtcDateTime);
        }
        catch (IOException)
        {
            // It is not, or no longer, stored.
        }
    }

    /// <summary>Forgets a blob and deletes its file, unless somebody needs or reads it by now.</summary>
    /// <returns>Whether it is gone.</returns>
    public bool TryDelete(ModelDigest digest)
    {
        lock (_changing)
        {
            if (_leases.IsHeld(digest) || _isPinned(digest))
            {
                return false;
            }

            _blobs.TryRemove(digest, out _);
            File.Delete(_layout.Blob(digest));
            File.Delete(_layout.BlobRecord(digest));
            _access.Open(digest);
            return true;
        }
    }

    // The record first: a blob without one is taken for the remains of a crash.
    private StoredBlob Record(ModelDigest digest, long sizeBytes, string name, FileReference? reference)
    {
        StoredBlob blob = new()
        {
            Digest = digest,
            SizeBytes = sizeBytes,
            Name = name,
            StoredAt = _time.GetUtcNow(),
            Reference = reference,
        };
        DurableFiles.WriteJson(_layout.BlobRecord(digest), blob);
        return blob;
    }

    // Added by another process (an import beside a running agent).
    private StoredBlob? Discover(ModelDigest digest)
    {
        if (!File.Exists(_layout.BlobRecord(digest)))
        {
            return null;
        }

        lock (_changing)
        {
            return
                !_blobs.TryGetValue(digest, out StoredBlob? blob)
                && StoreScan.Find(_layout, digest) is { } found
                ? _blobs[digest] = found
                : blob;
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Removed {File}: it is the remains of a crash or its size is not the recorded one."
    )]
    private partial void LogRemains(string file);

    [LoggerMessage(
        LogLevel.Warning,
        "{File} has changed or is gone: {Digest} is no longer taken from there."
    )]
    private partial void LogReferenceGone(string file, string digest);
}
