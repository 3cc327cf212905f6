using Microsoft.Win32.SafeHandles;

namespace LlmOperator.ApiServer.Storage;

/// <summary>Opens, locks and replaces the files of a journal.</summary>
internal static class JournalFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Holds the folder for this process; the system lets go of it however the process ends.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public static FileStream Lock(string directory)
    {
        try
        {
            return new FileStream(
                Path.Combine(directory, "lock"),
                new FileStreamOptions
                {
                    Mode = FileMode.OpenOrCreate,
                    Access = FileAccess.ReadWrite,
                    Share = FileShare.None,
                    UnixCreateMode = OwnerOnly,
                }
            );
        }
        catch (IOException e)
        {
            throw new IOException(
                $"The data folder {directory} is in use by another process; stop that one, or choose another folder.",
                e
            );
        }
    }

    public static SafeFileHandle OpenOrCreate(string path)
    {
        var isNew = !File.Exists(path) || new FileInfo(path).Length == 0;
        if (isNew)
        {
            using var empty = Create(path);
            RandomAccess.Write(empty, JournalReader.Magic, 0);
            RandomAccess.FlushToDisk(empty);
        }
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
    }

    /// <summary>Writes a journal of only the living objects beside the old one, and puts it in its place.</summary>
    public static (SafeFileHandle File, long End) WriteCompacted(string path, StoreSnapshot state)
    {
        var file = Create($"{path}.new");
        try
        {
            RandomAccess.Write(file, JournalReader.Magic, 0);
            long end = JournalReader.Magic.Length;
            foreach (var item in state.All.OrderBy(o => o.Revision))
            {
                end += Write(file, end, new StoreEvent(StoreEventType.Added, item, null));
            }
            end += Write(file, end, RevisionMark(state.Revision));
            RandomAccess.FlushToDisk(file);
            File.Move($"{path}.new", path, overwrite: true);
            return (file, end);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the revision counter where the last changes were deletions.</summary>
    private static StoreEvent RevisionMark(long revision) =>
        new(
            StoreEventType.Deleted,
            new StoredObject
            {
                Resource = new("", "revision"),
                Namespace = "",
                Name = "mark",
                Uid = "",
                Revision = revision,
                Json = [],
                Labels = new Dictionary<string, string>(),
                OwnerUids = [],
                Finalizers = [],
                IsDeleting = false,
            },
            null
        );

    private static int Write(SafeFileHandle file, long at, StoreEvent change)
    {
        var record = JournalRecord.Write(change);
        RandomAccess.Write(file, record, at);
        return record.Length;
    }

    private static SafeFileHandle Create(string path)
    {
        File.Delete(path);
        using (
            new FileStream(
                path,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.ReadWrite,
                    UnixCreateMode = OwnerOnly,
                }
            )
        )
        {
            // Only the mode needs a stream; what follows writes at positions.
        }
        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
    }
}
