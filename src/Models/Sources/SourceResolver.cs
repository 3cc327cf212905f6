namespace LlmOperator.Models.Sources;

/// <summary>Resolves every kind of source. Safe for concurrent use.</summary>
public sealed class SourceResolver : ISourceResolver
{
    private readonly FileSourceClient _files = new();
    private readonly HttpSourceClient _http;
    private readonly OllamaRegistryClient _ollama;
    private readonly HuggingFaceClient _huggingFace;
    private readonly OciClient _oci;
    private readonly PinnedSourceClient _pinned;

    /// <summary>Uses the connections of <paramref name="http"/>.</summary>
    public SourceResolver(GuardedHttp http, SourceSettings settings, TimeProvider time)
    {
        _http = new HttpSourceClient(http, settings, time);
        _ollama = new OllamaRegistryClient(http, settings, time);
        _huggingFace = new HuggingFaceClient(http, settings, time);
        _oci = new OciClient(http, settings, time);
        _pinned = new PinnedSourceClient(settings);
    }

    /// <inheritdoc/>
    public Task<ResolvedModel> ResolveAsync(
        ModelSource source,
        SourceCredentials? credentials,
        CancellationToken cancellationToken
    ) =>
        source switch
        {
            PinnedSource pinned => Task.FromResult(_pinned.Resolve(pinned, credentials)),
            FileSource file => _files.ResolveAsync(file, cancellationToken),
            HttpSource http => _http.ResolveAsync(http, credentials, cancellationToken),
            OllamaSource ollama => _ollama.ResolveAsync(ollama, credentials, cancellationToken),
            OciSource oci => _oci.ResolveAsync(oci, credentials, cancellationToken),
            HuggingFaceSource hub => _huggingFace.ResolveAsync(hub, credentials, cancellationToken),
            _ => throw new ArgumentException("An unknown kind of source.", nameof(source)),
        };
}
