using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What is wanted in the store.</summary>
internal sealed record PullRequest
{
    public required ModelSource Source { get; init; }

    /// <summary>Who needs the files, for the pins.</summary>
    public required string PinOwner { get; init; }

    /// <summary>Replica that wants it; null for none. Peers give private files only to replicas.</summary>
    public ObjectKey? Replica { get; init; }

    /// <summary>Digest that the weights must have; null records what the first download has.</summary>
    public ModelDigest? Expected { get; init; }

    /// <summary>Reads the credential for the source; called when the source is resolved.</summary>
    public Func<CancellationToken, Task<SourceCredentials?>>? Credentials { get; init; }

    /// <summary>Other places of the same files, asked in their order when the source fails.</summary>
    public IReadOnlyList<PullMirror> Mirrors { get; init; } = [];

    /// <summary>Namespace of who asks; empty for none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>True when a Secret is named for the source: what comes is private to namespaces that it accepts.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Called for each file that is thrown away because its bytes have the wrong digest.</summary>
    public Action<string>? OnDigestMismatch { get; init; }

    /// <summary>Called when a place in the order failed and the next is asked; maybe for each file.</summary>
    public Action<PullFall>? OnFall { get; init; }

    /// <summary>The source by name, also when its files are pinned.</summary>
    public ModelSource Origin => Source is PinnedSource pinned ? pinned.Origin : Source;

    /// <summary>Two requests with one key are one pull: nobody joins the private pull of another namespace.</summary>
    public string Key => IsPrivate ? $"{FilesKey}\nof {Namespace}" : FilesKey;

    /// <summary>Names the source exactly, with what may be secret in it: hash it before it is written anywhere.</summary>
    public string SourceKey =>
        Origin is HttpSource http ? $"http {http.Url.AbsoluteUri}" : Origin.DisplayName;

    private string FilesKey =>
        Source is PinnedSource pinned ? pinned.FilesKey : Expected?.ToString() ?? SourceKey;

    /// <summary>How people write the source; no credentials.</summary>
    public override string ToString() => Source.DisplayName;
}
