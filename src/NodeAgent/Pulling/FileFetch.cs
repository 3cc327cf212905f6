using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Brings one file of a pull into the store, once however many ask for it.</summary>
internal sealed partial class FileFetch(
    ModelStore store,
    FileRights rights,
    RequestResolver resolver,
    MirrorSources mirrorSources,
    IRangeClient ranges,
    IUnitSourceFinder finder,
    PartialFiles partials,
    FileDownload download,
    PullLimits limits,
    PullOptions options,
    ILogger logger
)
{
    private readonly ILogger _logger = logger;
    private readonly KeyedLock _files = new();

    /// <summary>What a file is known by before its bytes are here.</summary>
    public static ModelDigest KeyOf(ResolvedFile file) =>
        file.Digest ?? StoreLayout.KeyOf($"url {file.Url.AbsoluteUri}");

    /// <summary>Returns when the file is in the store.</summary>
    /// <exception cref="ModelSourceException">No source can give the file.</exception>
    /// <exception cref="DigestMismatchException">The bytes are not those that were promised.</exception>
    /// <exception cref="InvalidModelException">The file must not reach an engine.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<StoredFile> RunAsync(
        PullRequest request,
        ResolvedFile file,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        ModelDigest key = KeyOf(file);
        using IDisposable single = await _files.TakeAsync(key.Hex, cancellationToken);
        await rights.RequireAsync(
            request,
            file,
            isStored: file.Digest is { } wanted && store.Find(wanted) is not null,
            cancellationToken
        );
        if (file.Digest is { } known && store.Find(known) is { } blob)
        {
            tracker.Found(blob.SizeBytes, resumed: false);
            return Record(file, blob);
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await DownloadAsync(request, file, key, tracker, cancellationToken);
            }
            catch (DigestMismatchException error)
            {
                tracker.Lost(file.SizeBytes);
                request.OnDigestMismatch?.Invoke(error.Message);
                LogMismatch(error.Message, attempt, options.DigestAttempts);
                if (attempt == options.DigestAttempts)
                {
                    throw;
                }
            }
        }
    }

    private async Task<StoredFile> DownloadAsync(
        PullRequest request,
        ResolvedFile file,
        ModelDigest key,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        PartialFile partial = await PartialFile.OpenAsync(
            store.Layout.PartialOf(key),
            options.LayoutOf(file.SizeBytes),
            cancellationToken
        );
        using (partial)
        using (partials.Show(key, partial))
        {
            tracker.Found(partial.VerifiedBytes, resumed: true);
            partial.HeaderCheck = EarlyHeaderCheck.IsFor(file.Role)
                ? new EarlyHeaderCheck(partial.DataPath, file.SizeBytes)
                : null;
            using IDisposable member = limits.Hosts.Join(file.Url.Authority);
            using OriginUnitSource origin = new(
                "origin",
                UnitSourceKind.Origin,
                file,
                ranges,
                token => resolver.ResolveAgainAsync(request, file, token),
                () => Math.Min(options.ConnectionsFor(partial.Layout), limits.Hosts.Of(file.Url.Authority)),
                partial.EntityTag
            );
            IReadOnlyList<OriginUnitSource> mirrors = await mirrorSources.FindAsync(
                request,
                file,
                cancellationToken
            );
            using DisposeAll all = new(mirrors);
            await using IUnitSourceSet sources = finder.Begin(
                request,
                file,
                mirrors.Count == 0 ? [origin] : FallingSources.InOrder([origin, .. mirrors], request.OnFall)
            );
            ModelDigest actual = await SoundAsync(
                partial,
                () => download.RunAsync(partial, file.Digest, sources, tracker, cancellationToken)
            );
            if (file.Digest is { } digest && digest != actual)
            {
                partial.Delete();
                throw new DigestMismatchException(request.ToString(), digest, actual);
            }

            partial.Sync();
            await SoundAsync(partial, () => ReadHeaderAsync(partial, file, cancellationToken));
            StoredBlob blob = store.Commit(actual, partial.DataPath, request.ToString());
            partial.Delete();
            return Record(file, blob);
        }
    }

    // Of a file that no engine may see nothing is kept: the source may have a better one next time.
    private static async Task<T> SoundAsync<T>(PartialFile partial, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (InvalidModelException)
        {
            partial.Delete();
            throw;
        }
    }

    // Also where it was looked at before: only now are its bytes those of the digest.
    private static async Task<GgufFile?> ReadHeaderAsync(
        PartialFile partial,
        ResolvedFile file,
        CancellationToken cancellationToken
    ) =>
        EarlyHeaderCheck.IsFor(file.Role)
            ? await GgufReader.ReadFileAsync(partial.DataPath, cancellationToken)
            : null;

    private static StoredFile Record(ResolvedFile file, StoredBlob blob) =>
        new()
        {
            Role = file.Role,
            Digest = blob.Digest,
            SizeBytes = blob.SizeBytes,
        };

    private sealed class DisposeAll(IReadOnlyList<IDisposable> items) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable item in items)
            {
                item.Dispose();
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Error} Attempt {Attempt} of {Attempts}.")]
    private partial void LogMismatch(string error, int attempt, int attempts);
}
