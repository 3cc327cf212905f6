using Microsoft.Win32.SafeHandles;

namespace LlmOperator.ApiServer.Storage;

/// <summary>Reads a journal file to its last whole record.</summary>
internal static class JournalReader
{
    /// <summary>The first bytes of a journal file, so that no other file is taken for one.</summary>
    public static ReadOnlySpan<byte> Magic => "LLMOPJ1\n"u8;

    /// <returns>The state, and where the whole records end; what follows was being written when the process died.</returns>
    /// <exception cref="InvalidDataException">A record in the middle is damaged.</exception>
    public static (StoreSnapshot State, long End) Read(SafeFileHandle file, string path)
    {
        var size = RandomAccess.GetLength(file);
        var magic = new byte[Magic.Length];
        if (ReadFully(file, magic, 0) < magic.Length || !magic.AsSpan().SequenceEqual(Magic))
        {
            throw Damaged(path, 0, "it does not begin as a journal does");
        }
        var state = StoreSnapshot.Empty with { Revision = 1 };
        long at = magic.Length;
        while (TryRead(file, path, at, size) is { } record)
        {
            state = Apply(state, record);
            at = record.End;
        }
        return (state, at);
    }

    private static JournalEntry? TryRead(SafeFileHandle file, string path, long at, long size)
    {
        var header = new byte[JournalRecord.HeaderSize];
        if (ReadFully(file, header, at) < header.Length)
        {
            return null;
        }
        if (!JournalRecord.TryReadHeader(header, out var length, out var crc, out var revision))
        {
            // A file system may leave zeros where a write did not arrive before the power went.
            return IsZeroToEnd(file, at, size)
                ? null
                : throw Damaged(path, at, "the header of a record is wrong");
        }
        var end = at + header.Length + length;
        if (end > size)
        {
            return null;
        }
        var payload = new byte[length];
        ReadFully(file, payload, at + header.Length);
        if (JournalRecord.Crc(payload) != crc)
        {
            return end == size ? null : throw Damaged(path, at, "the content of a record is wrong");
        }
        var (resource, key, json) = JournalRecord.ReadPayload(payload);
        return new(resource, key, json, revision, end);
    }

    private static StoreSnapshot Apply(StoreSnapshot state, JournalEntry entry)
    {
        var objects = state.Of(entry.Resource);
        objects = entry.Json is null
            ? objects.Remove(entry.Key)
            : objects.SetItem(entry.Key, StoredObject.Thaw(entry.Resource, entry.Json));
        return new(
            Math.Max(state.Revision, entry.Revision),
            state.Resources.SetItem(entry.Resource, objects)
        );
    }

    private static bool IsZeroToEnd(SafeFileHandle file, long at, long size)
    {
        var buffer = new byte[64 * 1024];
        while (at < size)
        {
            var read = ReadFully(file, buffer, at);
            if (read == 0 || buffer.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                return read == 0;
            }
            at += read;
        }
        return true;
    }

    private static int ReadFully(SafeFileHandle file, Span<byte> buffer, long at)
    {
        var total = 0;
        while (total < buffer.Length)
        {
            var read = RandomAccess.Read(file, buffer[total..], at + total);
            if (read == 0)
            {
                break;
            }
            total += read;
        }
        return total;
    }

    private static InvalidDataException Damaged(string path, long at, string why) =>
        new(
            $"The journal {path} is damaged at byte {at}: {why}. Restore the file from a copy, or move it away to start empty; nothing was changed."
        );
}
