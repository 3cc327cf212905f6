using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;

namespace LlmOperator.Cli.Connection;

/// <summary>The API server that a command talks to.</summary>
internal sealed class ClusterConnection : IDisposable
{
    private readonly KubernetesClient _client;

    private ClusterConnection(KubernetesConfiguration configuration, string @namespace)
    {
        _client = new KubernetesClient(configuration, TimeProvider.System, logger: null);
        Namespace = @namespace;
    }

    /// <summary>Client of the server.</summary>
    public IKubernetesClient Client => _client;

    /// <summary>Namespace that is meant when none is given.</summary>
    public string Namespace { get; }

    /// <summary>
    /// Connects: <c>--kubeconfig</c>, then a <c>llmop up</c> that runs on the data folder (unless KUBECONFIG is set),
    /// then KUBECONFIG, the pod's own service account, and <c>~/.kube/config</c>.
    /// </summary>
    /// <exception cref="CliException">Nothing to connect to.</exception>
    public static ClusterConnection Open(ConnectionOptions options)
    {
        string? kubeconfig = options.Kubeconfig;
        if (
            kubeconfig is null
            && options.Context is null
            && Environment.GetEnvironmentVariable("KUBECONFIG") is null or ""
        )
        {
            DataDirectory data = DataDirectory.Resolve(options.DataDirectory);
            kubeconfig = data.ReadState() is null ? null : data.Kubeconfig;
        }

        try
        {
            KubernetesConfiguration configuration = KubernetesConfiguration.Load(kubeconfig, options.Context);
            return new ClusterConnection(configuration, options.Namespace ?? configuration.DefaultNamespace);
        }
        catch (KubeconfigException e)
        {
            throw new CliException($"{e.Message} Start `llmop up`, or name a cluster with --kubeconfig.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
