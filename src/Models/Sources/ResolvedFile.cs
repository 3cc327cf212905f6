namespace LlmOperator.Models.Sources;

/// <summary>One file of a resolved model, ready to be opened by <see cref="IRangeClient"/>.</summary>
public sealed record ResolvedFile
{
    /// <summary>What it is for.</summary>
    public required ResolvedFileRole Role { get; init; }

    /// <summary>Digest to verify; null only for an HTTP source without one.</summary>
    public ModelDigest? Digest { get; init; }

    /// <summary>Bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Path in the repository at the revision; null where the digest alone finds it.</summary>
    public string? Path { get; init; }

    /// <summary>Where it is: http, https, or file.</summary>
    public required Uri Url { get; init; }

    /// <summary>Headers for the host of <see cref="Url"/> only; they may be secret.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Repository of a registry that may demand a token of its own; null elsewhere.</summary>
    internal Uri? Repository { get; init; }

    /// <summary>The same file where a redirect led. Credentials go along only within the host.</summary>
    public ResolvedFile At(Uri address) =>
        GuardedHttp.IsSameOrigin(Url, address)
            ? this with
            {
                Url = address,
            }
            : this with
            {
                Url = address,
                Headers = new Dictionary<string, string>(),
                Repository = null,
            };

    /// <summary>Role, digest and size; no address and no headers, which may be secret.</summary>
    public override string ToString() => $"{Role} {Digest} {SizeBytes} bytes";
}
