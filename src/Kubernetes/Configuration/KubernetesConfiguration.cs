namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Which API server to talk to, how to trust it, and who we are. Holds secrets: never log its parts.</summary>
public sealed record KubernetesConfiguration
{
    /// <summary>Address of the server; may have a path prefix.</summary>
    public required Uri Server { get; init; }

    /// <summary>Namespace of the context, or of the pod in a cluster. Default <c>default</c>.</summary>
    public string DefaultNamespace { get; init; } = "default";

    /// <summary>How to trust the server, and our client certificate.</summary>
    public TlsConfiguration Tls { get; init; } = new();

    /// <summary>Who we are.</summary>
    public CredentialConfiguration Credentials { get; init; } = new();

    /// <summary>Proxy to go through; null for what the environment says (never for a loopback server).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Longest time of one call, watches excepted; the server's own limit is 60 seconds. Default 60 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Name that the server's audit log shows; null for the name and version of the process.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Time limits of connections; other than the defaults in tests only.</summary>
    internal Transport.ConnectionLimits Connections { get; init; } = Transport.ConnectionLimits.Default;

    /// <summary>
    /// Finds the configuration: the given file, else the files of <c>KUBECONFIG</c>, else the service account of the
    /// pod, else <c>~/.kube/config</c> (C1).
    /// </summary>
    /// <param name="kubeconfigPath">A file that must exist; null to search.</param>
    /// <param name="context">Context to use; null for the file's current one.</param>
    /// <exception cref="KubeconfigException">Nothing was found, or what was found is not usable; says what and where.</exception>
    public static KubernetesConfiguration Load(string? kubeconfigPath = null, string? context = null) =>
        ConfigurationSearch.Load(kubeconfigPath, context, ConfigurationEnvironment.OfProcess());

    /// <summary>Reads the text of a kubeconfig; relative paths in it are relative to the working directory.</summary>
    /// <exception cref="KubeconfigException">The text is not a usable kubeconfig; says why.</exception>
    public static KubernetesConfiguration FromKubeconfigText(string text) =>
        KubeconfigResolver.Resolve(
            KubeconfigFile.Parse(text, "kubeconfig", Directory.GetCurrentDirectory()),
            context: null
        );

    /// <summary>Server and namespace only: the rest are secrets.</summary>
    public override string ToString() => $"{Server} (namespace {DefaultNamespace})";
}
