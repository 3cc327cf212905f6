using System.Globalization;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Metrics;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Storm.Machines;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Storm.Nodes;

/// <summary>
/// Many agents in one process: each has a client, a watch, a heartbeat, a store and pulls of its own, as the agent's
/// own code has them. Only the engine and the devices are played.
/// </summary>
internal static class NodesProgram
{
    /// <summary>User agent of the pulls: the model server gives them their time.</summary>
    public const string PullUserAgent = "llmop-storm-pull";

    /// <summary>File in the folder with the requests of all agents, written every second.</summary>
    public const string MetricsFile = "nodes.metrics";

    public static string NameOf(int node) => string.Create(CultureInfo.InvariantCulture, $"node-{node:D4}");

    public static async Task RunAsync(
        string kubeconfig,
        int count,
        string folder,
        CancellationToken cancellationToken
    )
    {
        using PrometheusExporter metrics = new(KubernetesMeter.Name);
        KubernetesConfiguration configuration = KubernetesConfiguration.FromKubeconfigText(
            await File.ReadAllTextAsync(kubeconfig, cancellationToken)
        );
        using ILoggerFactory loggers = NullLoggerFactory.Instance;
        List<IDisposable> owned = [];
        List<AgentCore> agents = [];
        for (int node = 0; node < count; node++)
        {
            AgentCore agent = Create(node, configuration, folder, loggers, owned);
            agents.Add(agent);
            agent.Start();
            // As machines start: one after the other, so that their heartbeats do not come together.
            await Task.Delay(10, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        Task stopped = ChildProcess.UntilStoppedAsync(cancellationToken);
        while (!stopped.IsCompleted)
        {
            string path = Path.Combine(folder, MetricsFile);
            await File.WriteAllTextAsync(path + ".new", metrics.Collect(), CancellationToken.None);
            File.Move(path + ".new", path, overwrite: true);
            await Task.WhenAny(stopped, Task.Delay(1000, CancellationToken.None));
        }

        // The machines lose power: nothing is said, nothing is cleaned up.
        Environment.Exit(0);
    }

    private static AgentCore Create(
        int node,
        KubernetesConfiguration configuration,
        string folder,
        ILoggerFactory loggers,
        List<IDisposable> owned
    )
    {
        Random random = new(node);
        NodeAgentOptions options = new()
        {
            NodeName = NameOf(node),
            DataDirectory = Path.Combine(folder, NameOf(node)),
            ServingToken = "0123456789abcdef",
            SourceSettings = new SourceSettings { AllowLoopback = true, UserAgent = PullUserAgent },
        };
        StormDevices devices = new(node, random);
        ModelStore store = ModelStore.Open(
            options.StoreDirectory,
            TimeProvider.System,
            loggers.CreateLogger<ModelStore>()
        );
        KubernetesClient client = new(configuration, TimeProvider.System);
        owned.AddRange([store, client]);
        EngineCatalog engines = new(
            [new StormEngine(random, TimeProvider.System)],
            missingMessage: null,
            loggers.CreateLogger<EngineCatalog>()
        );
        return new AgentCore(
            options,
            client,
            store,
            devices,
            new PullOptions(),
            loggers,
            TimeProvider.System,
            random,
            engines,
            devices
        )
        {
            Address = new Uri("http://127.0.0.1:1/"),
        };
    }
}
