namespace LlmOperator.Cli.Up;

/// <summary>Where models come from, when not from the public registries.</summary>
internal sealed record OriginOptions
{
    /// <summary>Base URL of the registry for names without a host; null for the Ollama library.</summary>
    public string? OllamaRegistry { get; init; }

    /// <summary>Base URL of the Hugging Face hub or a mirror; null for the public one.</summary>
    public string? HuggingFace { get; init; }

    /// <summary>Base URL of a registry that is asked when a source and its own mirrors fail; null for none.</summary>
    public string? Mirror { get; init; }

    /// <summary>Bearer token for <see cref="Mirror"/>; null for none.</summary>
    public string? MirrorToken { get; init; }

    /// <summary>Base URL of an HTTP proxy for requests to sources; null for none.</summary>
    public string? Proxy { get; init; }

    /// <summary>Hosts (<c>host</c> or <c>host:port</c>) that may be spoken to without TLS and at private addresses.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>The type and no member: the token is secret.</summary>
    public override string ToString() => nameof(OriginOptions);
}
