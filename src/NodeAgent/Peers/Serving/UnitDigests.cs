using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>
/// SHA-256 of the units of stored files, in <c>units/HEX.json</c> of the store. A pull leaves them; those of a file that
/// came in another way are computed when the first peer asks, one file at a time. Thread-safe.
/// </summary>
internal sealed partial class UnitDigests : IRunnable
{
    private const int BufferBytes = 1 << 20;
    private readonly ModelStore _store;
    private readonly Func<long, int> _unitBytesOf;
    private readonly ILogger _logger;
    private readonly string _folder;
    private readonly ConcurrentDictionary<ModelDigest, UnitDigestList?> _known = new();
    private readonly Channel<ModelDigest> _wanted = Channel.CreateUnbounded<ModelDigest>();

    public UnitDigests(ModelStore store, Func<long, int> unitBytesOf, ILogger<UnitDigests> logger)
    {
        (_store, _unitBytesOf, _logger) = (store, unitBytesOf, logger);
        _folder = Path.Combine(store.Folder, "units");
        Directory.CreateDirectory(_folder);
        foreach (string file in Directory.EnumerateFiles(_folder))
        {
            // Of files that the store has no more.
            if (
                !ModelDigest.TryParse(Path.GetFileNameWithoutExtension(file), out ModelDigest digest)
                || store.Find(digest) is null
            )
            {
                File.Delete(file);
            }
        }
    }

    public string Name => "unit digests";

    public bool NeedsLeaderElection => false;

    /// <summary>Bytes of the units into which a file is cut here.</summary>
    public int UnitBytesOf(long sizeBytes) => _unitBytesOf(sizeBytes);

    /// <summary>What is known of a stored file; null, and it will be computed, when nothing is.</summary>
    public UnitDigestList? Find(StoredBlob blob)
    {
        if (_known.TryGetValue(blob.Digest, out UnitDigestList? known))
        {
            return known;
        }

        UnitDigestList? read = DurableFiles.ReadJson<UnitDigestList>(PathOf(blob.Digest));
        if (read is not { UnitBytes: > 0 } || read.Sha256.Count != (blob.SizeBytes - 1) / read.UnitBytes + 1)
        {
            read = null;
        }

        if (_known.TryAdd(blob.Digest, read) && read is null)
        {
            _wanted.Writer.TryWrite(blob.Digest);
        }

        return read;
    }

    /// <summary>Takes what a pull found.</summary>
    public void Save(ModelDigest digest, UnitDigestList list)
    {
        DurableFiles.WriteJson(PathOf(digest), list);
        _known[digest] = list;
    }

    /// <summary>Computes what is asked for.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (ModelDigest digest in _wanted.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    await ComputeAsync(digest, cancellationToken);
                }
                catch (IOException error)
                {
                    LogNotComputed(digest.ToString(), error.Message);
                    _known.TryRemove(digest, out _);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops; the next start computes what is asked for again.
        }
    }

    private async Task ComputeAsync(ModelDigest digest, CancellationToken cancellationToken)
    {
        if (_store.OpenRead(digest) is not { } file)
        {
            _known.TryRemove(digest, out _);
            return;
        }

        await using (file)
        {
            int unitBytes = UnitBytesOf(file.Length);
            List<string> units = [];
            byte[] buffer = new byte[Math.Min(unitBytes, BufferBytes)];
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (long offset = 0; offset < file.Length; offset += unitBytes)
            {
                for (long left = Math.Min(unitBytes, file.Length - offset); left > 0; )
                {
                    int read = await file.ReadAsync(
                        buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)),
                        cancellationToken
                    );
                    if (read == 0)
                    {
                        throw new IOException($"The file of {digest} is shorter than its record says.");
                    }

                    hash.AppendData(buffer, 0, read);
                    left -= read;
                }

                units.Add(Convert.ToHexStringLower(hash.GetHashAndReset()));
            }

            Save(digest, new UnitDigestList { UnitBytes = unitBytes, Sha256 = units });
        }
    }

    private string PathOf(ModelDigest digest) => Path.Combine(_folder, digest.Hex + ".json");

    [LoggerMessage(LogLevel.Warning, "The unit digests of {Digest} were not computed: {Error}")]
    private partial void LogNotComputed(string digest, string error);
}
