using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One pull: resolve, make sure of the room, download, verify, take into the store.</summary>
internal sealed partial class ModelFetch(
    ModelStore store,
    ISourceResolver resolver,
    IRangeClient ranges,
    IUnitSourceFinder finder,
    PartialFiles partials,
    FileDownload download,
    PullLimits limits,
    DiskHeadroom headroom,
    PullOptions options,
    ILogger<ModelFetch> logger
)
{
    private readonly ILogger _logger = logger;
    private readonly ReferencedFiles _references = new(store);
    private readonly KeyedLock _files = new();
    private readonly FileRights _rights = new(store.Access, ranges);

    /// <exception cref="ModelSourceException">The source cannot be used.</exception>
    /// <exception cref="InsufficientDiskException">The disk is too full.</exception>
    /// <exception cref="DigestMismatchException">The bytes are not those that were promised.</exception>
    /// <exception cref="InvalidModelException">The file must not reach an engine.</exception>
    /// <exception cref="StoreException">The store cannot be written, or a file of the node not be read.</exception>
    public async Task<StoredModelFiles> RunAsync(
        PullRequest request,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        if (request.Source is FileSource file)
        {
            tracker.State(PullState.Verifying);
            StoredModelFiles referenced = await _references.OpenAsync(
                file,
                request.Expected,
                cancellationToken
            );
            await StoredParts.RequireAsync(store, referenced, cancellationToken);
            return referenced;
        }

        if (Stored(request) is { } stored && stored.Files.All(f => _rights.Has(request, f.Digest)))
        {
            return stored;
        }

        ResolvedModel model = await ResolveAsync(request, tracker, cancellationToken);
        RequireDigest(request, model);
        tracker.Total(model.SizeBytes);
        // Pinned before the first byte: what is being pulled must not be deleted to make room for it.
        store.Pins.Set(request.PinOwner, model.Files.Select(KeyOf));
        await LabelAsync(request, model, cancellationToken);
        await store.TakeCachedAsync(model, cancellationToken);
        using IDisposable room = headroom.Reserve(
            model.DisplayName,
            model.Files.Where(f => f.Digest is not { } d || store.Find(d) is null),
            KeyOf
        );
        List<StoredFile> files = [];
        foreach (ResolvedFile wanted in model.Files)
        {
            files.Add(await FetchFileAsync(request, wanted, tracker, cancellationToken));
        }

        StoredModelFiles result = new() { Name = model.DisplayName, Files = files };
        await StoredParts.RequireAsync(store, result, cancellationToken);
        store.SaveModel(result);
        store.SaveSource(request.SourceKey, result);
        if (request.Origin is OllamaSource ollama)
        {
            store.SaveName(ollama.Name, result);
        }

        return result;
    }

    // Before a file is taken over from the node's caches: a file that is here without a label is anybody's.
    private async Task LabelAsync(
        PullRequest request,
        ResolvedModel model,
        CancellationToken cancellationToken
    )
    {
        foreach (ResolvedFile file in request.IsPrivate ? model.Files : [])
        {
            await _rights.RequireAsync(
                request,
                file,
                isStored: file.Digest is not { } digest || store.Find(digest) is not null,
                cancellationToken
            );
        }
    }

    private StoredModelFiles? Stored(PullRequest request) =>
        request switch
        {
            { Source: PinnedSource pinned } => store.FindFiles(pinned.DisplayName, pinned.Files),
            { Expected: { } digest } => store.FindModel(digest),
            _ => store.FindSource(request.SourceKey),
        };

    private async Task<ResolvedModel> ResolveAsync(
        PullRequest request,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await ResolveOnceAsync(request, cancellationToken);
            }
            catch (Exception error)
                when (SourceHealth.IsTransient(error) && failures < options.FruitlessAttempts)
            {
                await download.WaitAsync(error, failures, tracker, cancellationToken);
            }
        }
    }

    private async Task<ResolvedModel> ResolveOnceAsync(
        PullRequest request,
        CancellationToken cancellationToken
    )
    {
        SourceCredentials? credentials = request.Credentials is { } read
            ? await read(cancellationToken)
            : null;
        return WithPinned(
            request,
            await resolver.ResolveAsync(request.Source, credentials, cancellationToken)
        );
    }

    // HTTP without a digest in the source: what the replica pins still holds.
    private static ResolvedModel WithPinned(PullRequest request, ResolvedModel model) =>
        request.Expected is { } pinned && model.Digest is null
            ? model with
            {
                Digest = pinned,
                Files = [model.Files[0] with { Digest = pinned }, .. model.Files.Skip(1)],
            }
            : model;

    private static void RequireDigest(PullRequest request, ResolvedModel model)
    {
        if (request.Expected is { } expected && model.Digest is { } resolved && resolved != expected)
        {
            throw new DigestMismatchException($"{model.DisplayName} as it is now", expected, resolved);
        }
    }

    private async Task<StoredFile> FetchFileAsync(
        PullRequest request,
        ResolvedFile file,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        ModelDigest key = KeyOf(file);
        using IDisposable single = await _files.TakeAsync(key.Hex, cancellationToken);
        await _rights.RequireAsync(
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
                token => ResolveFileAsync(request, file, token),
                () => Math.Min(options.ConnectionsFor(partial.Layout), limits.Hosts.Of(file.Url.Authority)),
                partial.EntityTag
            );
            List<OriginUnitSource> mirrors = await MirrorsAsync(request, file, cancellationToken);
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

    private async Task<List<OriginUnitSource>> MirrorsAsync(
        PullRequest request,
        ResolvedFile file,
        CancellationToken cancellationToken
    )
    {
        List<OriginUnitSource> mirrors = [];
        foreach (PullMirror mirror in file.Digest is null ? [] : request.Mirrors)
        {
            try
            {
                if (await FindAsync(mirror, cancellationToken) is { } copy)
                {
                    mirrors.Add(
                        new OriginUnitSource(
                            $"mirror {mirror.Name}",
                            UnitSourceKind.Mirror,
                            copy,
                            ranges,
                            async token => await FindAsync(mirror, token) ?? copy,
                            () => Math.Min(options.Connections, limits.Hosts.Of(copy.Url.Authority)),
                            entityTag: null
                        )
                    );
                }
            }
            catch (ModelSourceException error)
            {
                // Its Secret is missing: the source and the other mirrors may do without it.
                LogMirror(mirror.Name, error.Message);
            }
        }

        return mirrors;

        async Task<ResolvedFile?> FindAsync(PullMirror mirror, CancellationToken token) =>
            (
                await resolver.ResolveAsync(mirror.Source, await mirror.Credentials(token), token)
            ).Files.FirstOrDefault(f => f.Digest == file.Digest && f.SizeBytes == file.SizeBytes);
    }

    private async Task<ResolvedFile> ResolveFileAsync(
        PullRequest request,
        ResolvedFile file,
        CancellationToken cancellationToken
    )
    {
        ResolvedModel model = await ResolveOnceAsync(request, cancellationToken);
        return model.Files.FirstOrDefault(f =>
                f.Role == file.Role
                && f.Digest == file.Digest
                && f.SizeBytes == file.SizeBytes
                // Parts of a split model without digests may be of one size.
                && (file.Digest is not null || f.Url.AbsolutePath == file.Url.AbsolutePath)
            )
            ?? throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"{model.DisplayName} changed during the download; it is pulled anew."
            );
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

    private static ModelDigest KeyOf(ResolvedFile file) =>
        file.Digest ?? StoreLayout.KeyOf($"url {file.Url.AbsoluteUri}");

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

    [LoggerMessage(LogLevel.Warning, "The mirror {Mirror} is left out: {Error}")]
    private partial void LogMirror(string mirror, string error);

    [LoggerMessage(LogLevel.Warning, "{Error} Attempt {Attempt} of {Attempts}.")]
    private partial void LogMismatch(string error, int attempt, int attempts);
}
