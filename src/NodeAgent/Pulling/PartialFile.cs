using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// A download on disk. Bytes are written in units; the journal gets a line with a unit's digest after the unit is
/// synced, so that what the journal claims can be checked after a crash and nothing else is trusted:
/// <code>
/// {"SizeBytes":1073741824,"UnitBytes":16777216,"EntityTag":"\"abc\""}
/// 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
/// </code>
/// Not thread-safe.
/// </summary>
internal sealed class PartialFile : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _data;
    private readonly FileStream _journal;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _hasHeader;

    private PartialFile(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
        _data = Open("data");
        _journal = Open("journal");
    }

    public string DataPath => Path.Combine(_folder, "data");

    /// <summary>Bytes that are written, synced and part of the digest.</summary>
    public long VerifiedBytes { get; private set; }

    /// <summary>ETag of the content that the bytes are of.</summary>
    public string? EntityTag { get; private set; }

    /// <summary>Opens a partial file and checks what its journal claims; what does not hold is cut off.</summary>
    public static async Task<PartialFile> OpenAsync(
        string folder,
        long sizeBytes,
        int unitBytes,
        CancellationToken cancellationToken
    )
    {
        PartialFile file = new(folder);
        try
        {
            await file.RecoverAsync(sizeBytes, unitBytes, cancellationToken);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Bytes that the journal of a folder claims, without looking at them.</summary>
    public static long ClaimedBytes(string folder)
    {
        FileInfo data = new(Path.Combine(folder, "data"));
        return data.Exists ? data.Length : 0;
    }

    /// <summary>Appends a unit: writes it, syncs it, and only then says so in the journal.</summary>
    public async Task AppendAsync(
        ReadOnlyMemory<byte> unit,
        PartialHeader header,
        CancellationToken cancellationToken
    )
    {
        _data.Position = VerifiedBytes;
        await _data.WriteAsync(unit, cancellationToken);
        _data.Flush(flushToDisk: true);
        if (!_hasHeader)
        {
            await AppendLineAsync(JsonSerializer.Serialize(header), cancellationToken);
            (_hasHeader, EntityTag) = (true, header.EntityTag);
        }

        await AppendLineAsync(Convert.ToHexStringLower(SHA256.HashData(unit.Span)), cancellationToken);
        _journal.Flush(flushToDisk: true);
        _hash.AppendData(unit.Span);
        VerifiedBytes += unit.Length;
    }

    /// <summary>Digest of all bytes so far.</summary>
    public ModelDigest CurrentDigest() => ModelDigest.FromHash(_hash.GetCurrentHash());

    /// <summary>Forgets all bytes.</summary>
    public void Reset()
    {
        _journal.SetLength(0);
        _data.SetLength(0);
        _ = _hash.GetHashAndReset();
        VerifiedBytes = 0;
        EntityTag = null;
        _hasHeader = false;
    }

    /// <summary>Deletes the folder; the data may have been moved away before.</summary>
    public void Delete()
    {
        Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public void Dispose()
    {
        _data.Dispose();
        _journal.Dispose();
        _hash.Dispose();
    }

    private FileStream Open(string name) =>
        new(
            Path.Combine(_folder, name),
            FileMode.OpenOrCreate,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete,
            bufferSize: 0,
            FileOptions.Asynchronous
        );

    private async Task AppendLineAsync(string line, CancellationToken cancellationToken)
    {
        _journal.Position = _journal.Length;
        await _journal.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
    }

    private async Task RecoverAsync(long sizeBytes, int unitBytes, CancellationToken cancellationToken)
    {
        string[] lines = await ReadJournalAsync(cancellationToken);
        PartialHeader? header = lines.Length > 0 ? ParseHeader(lines[0]) : null;
        if (header is null || header.SizeBytes != sizeBytes || header.UnitBytes != unitBytes)
        {
            Reset();
            return;
        }

        byte[] buffer = new byte[unitBytes];
        int good = 0;
        foreach (string line in lines[1..])
        {
            int length = (int)Math.Min(unitBytes, sizeBytes - VerifiedBytes);
            _data.Position = VerifiedBytes;
            Memory<byte> unit = buffer.AsMemory(0, length);
            if (
                length == 0
                || await _data.ReadAtLeastAsync(unit, length, throwOnEndOfStream: false, cancellationToken)
                    < length
                || Convert.ToHexStringLower(SHA256.HashData(unit.Span)) != line
            )
            {
                break;
            }

            _hash.AppendData(unit.Span);
            VerifiedBytes += length;
            good++;
        }

        // What the journal says of units that do not hold must not be believed next time.
        string kept = string.Concat(lines[..(good + 1)].Select(line => line + "\n"));
        _journal.SetLength(Encoding.UTF8.GetByteCount(kept));
        _data.SetLength(VerifiedBytes);
        (_hasHeader, EntityTag) = (true, header.EntityTag);
    }

    private async Task<string[]> ReadJournalAsync(CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[_journal.Length];
        _journal.Position = 0;
        await _journal.ReadExactlyAsync(bytes, cancellationToken);
        string text = Encoding.UTF8.GetString(bytes);
        // A last line without its end was being written when the process died.
        int end = text.LastIndexOf('\n');
        return end < 0 ? [] : text[..end].Split('\n');
    }

    private static PartialHeader? ParseHeader(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PartialHeader>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
