using LlmOperator.Api.V1Alpha1;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One pull: resolve, make sure of the room, download, verify, take into the store.</summary>
internal sealed class ModelFetch(
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
    private readonly ReferencedFiles _references = new(store);
    private readonly FileRights _rights = new(store.Access, ranges);
    private readonly RequestResolver _resolver = new(resolver, download, options);
    private readonly FileFetch _files = new(
        store,
        new FileRights(store.Access, ranges),
        new RequestResolver(resolver, download, options),
        new MirrorSources(resolver, ranges, limits, options, logger),
        ranges,
        finder,
        partials,
        download,
        limits,
        options,
        logger
    );

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

        ResolvedModel model = await _resolver.ResolveAsync(request, tracker, cancellationToken);
        tracker.Total(model.SizeBytes);
        // Pinned before the first byte: what is being pulled must not be deleted to make room for it.
        store.Pins.Set(request.PinOwner, model.Files.Select(FileFetch.KeyOf));
        await LabelAsync(request, model, cancellationToken);
        if (store.Caches is { } caches)
        {
            await caches.TakeAsync(model, cancellationToken);
        }

        using IDisposable room = headroom.Reserve(
            model.DisplayName,
            model.Files.Where(f => f.Digest is not { } d || store.Find(d) is null),
            FileFetch.KeyOf
        );
        List<StoredFile> files = [];
        foreach (ResolvedFile wanted in model.Files)
        {
            files.Add(await _files.RunAsync(request, wanted, tracker, cancellationToken));
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
}
