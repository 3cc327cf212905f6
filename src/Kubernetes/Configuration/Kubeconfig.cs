using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Configuration;

/// <summary>The parts of a kubeconfig that we use; names in the file are kebab-case but for the marked ones.</summary>
internal sealed record Kubeconfig
{
    public string? CurrentContext { get; init; }

    public IReadOnlyList<NamedCluster>? Clusters { get; init; }

    public IReadOnlyList<NamedContext>? Contexts { get; init; }

    public IReadOnlyList<NamedUser>? Users { get; init; }

    /// <summary>Where it was read from, for errors.</summary>
    [JsonIgnore]
    public string Source { get; init; } = "kubeconfig";

    internal sealed record NamedCluster
    {
        public string Name { get; init; } = "";

        public ClusterEntry? Cluster { get; init; }
    }

    internal sealed record NamedContext
    {
        public string Name { get; init; } = "";

        public ContextEntry? Context { get; init; }
    }

    internal sealed record NamedUser
    {
        public string Name { get; init; } = "";

        public UserEntry? User { get; init; }
    }

    internal sealed record ClusterEntry
    {
        public string? Server { get; init; }

        public string? TlsServerName { get; init; }

        public bool InsecureSkipTlsVerify { get; init; }

        public string? CertificateAuthority { get; init; }

        public string? CertificateAuthorityData { get; init; }

        public string? ProxyUrl { get; init; }

        public IReadOnlyList<NamedExtension>? Extensions { get; init; }
    }

    internal sealed record NamedExtension
    {
        public string Name { get; init; } = "";

        public JsonNode? Extension { get; init; }
    }

    internal sealed record ContextEntry
    {
        public string? Cluster { get; init; }

        public string? User { get; init; }

        public string? Namespace { get; init; }
    }

    internal sealed record UserEntry
    {
        public string? ClientCertificate { get; init; }

        public string? ClientCertificateData { get; init; }

        public string? ClientKey { get; init; }

        public string? ClientKeyData { get; init; }

        public string? Token { get; init; }

        [JsonPropertyName("tokenFile")]
        public string? TokenFile { get; init; }

        public string? Username { get; init; }

        public string? Password { get; init; }

        public ExecConfiguration? Exec { get; init; }

        public override string ToString() => nameof(UserEntry);
    }
}
