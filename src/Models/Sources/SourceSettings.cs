namespace LlmOperator.Models.Sources;

/// <summary>Where models may be fetched from, and how.</summary>
public sealed record SourceSettings
{
    /// <summary>The Ollama registry; default the public one.</summary>
    public Uri OllamaRegistry { get; init; } = new("https://registry.ollama.ai");

    /// <summary>The Hugging Face hub; default the public one.</summary>
    public Uri HuggingFace { get; init; } = new("https://huggingface.co");

    /// <summary>
    /// Hosts (without port) that may be asked over plain HTTP. Loopback names and addresses always may, if
    /// <see cref="AllowLoopback"/> lets them be reached at all. Default none.
    /// </summary>
    public IReadOnlyList<string> AllowPlainHttpHosts { get; init; } = [];

    /// <summary>Hosts (without port) that may have private addresses; default none.</summary>
    public IReadOnlyList<string> AllowPrivateHosts { get; init; } = [];

    /// <summary>
    /// HTTP proxy that requests go through, with <c>user:password@</c> where it asks for them; null, the default, for
    /// none. The proxy dials for us, maybe by another name server: the name of a target is resolved and checked here
    /// first, and refused when it has a private address, but what the proxy itself reaches under the name is for its own
    /// rules to decide. A name that cannot be resolved here is left to the proxy. Hosts of
    /// <see cref="AllowPrivateHosts"/> and this machine are asked directly.
    /// </summary>
    public Uri? Proxy { get; init; }

    /// <summary>Lets sources be on this machine's loopback addresses; default false.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Bearer tokens by host (without port), sent to that host only.</summary>
    public IReadOnlyDictionary<string, string> Tokens { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Hosts of log-ins by the registry that sends there; a registry's own host is always trusted. Default the pair of
    /// Docker Hub.
    /// </summary>
    public IReadOnlyDictionary<string, string> TokenHosts { get; init; } =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["registry-1.docker.io"] = "auth.docker.io",
        };

    /// <summary>Time to reach a host; default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time until the headers of an answer are there; default 30 s.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sent with every request; default <c>llmop/</c> and the version.</summary>
    public string UserAgent { get; init; } =
        $"llmop/{typeof(SourceSettings).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>The type and no member: the tokens are secret.</summary>
    public override string ToString() => nameof(SourceSettings);
}
