using System.Net;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent;
using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Serving;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Storm.Nodes;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Distribution;

/// <summary>One agent: all of it but the engine.</summary>
internal static class AgentProgram
{
    public static async Task RunAsync(
        int node,
        string folder,
        string kubeconfig,
        int unitBytes,
        bool isCorrupt,
        CancellationToken cancellationToken
    )
    {
        KubernetesConfiguration configuration = KubernetesConfiguration.FromKubeconfigText(
            await File.ReadAllTextAsync(kubeconfig, cancellationToken)
        );
        int apiPort = configuration.Server.Port;
        await using TcpRelay relay = new(
            new IPEndPoint(IPAddress.Loopback, apiPort),
            new IPEndPoint(IPAddress.Parse(Network.Hub), Network.ApiPort)
        );
        using ILoggerFactory loggers = LoggerFactory.Create(logging =>
            logging
                .AddFilter("Microsoft", LogLevel.Warning)
                .AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "HH:mm:ss.fff ";
                })
        );
        NodeAgentOptions options = new()
        {
            NodeName = Network.NameOf(node),
            DataDirectory = folder,
            ServingToken = "0123456789abcdef",
            ListenAddress = new IPEndPoint(IPAddress.Parse(Network.AddressOf(node)), Network.AgentPort),
            SourceSettings = new SourceSettings
            {
                AllowPlainHttpHosts = [Network.SourceAddress],
                AllowPrivateHosts = [Network.SourceAddress],
            },
        };
        Random random = new(node);
        StormDevices devices = new(node, random);
        using ModelStore store = ModelStore.Open(options.StoreDirectory, TimeProvider.System);
        using KubernetesClient client = new(configuration, TimeProvider.System);
        EngineCatalog engines = new(
            [new StormEngine(random, TimeProvider.System)],
            missingMessage: null,
            loggers.CreateLogger<EngineCatalog>()
        );
        await using AgentCore core = new(
            options,
            client,
            store,
            devices,
            new PullOptions { UnitBytes = unitBytes },
            loggers,
            TimeProvider.System,
            random,
            engines,
            devices
        );
        PeerKey key = PeerKey.FromToken(options.ServingToken);
        await using ServingHost serving = await ServingHost.StartAsync(
            new ServingOptions
            {
                Token = options.ServingToken,
                ListenAddress = options.ListenAddress,
                Peers = isCorrupt
                    ? new PeerEndpoints(
                        new CorruptBlobs(core.Peers.Blobs),
                        key,
                        new PeerVerifier(key, options.NodeName, TimeProvider.System),
                        core.Peers.Access,
                        new UploadLimits(options.PeerConnections, 0, TimeProvider.System),
                        TimeProvider.System,
                        loggers.CreateLogger<PeerEndpoints>()
                    )
                    : core.Peers.Endpoints,
            },
            core.Gateway,
            store,
            loggers,
            TimeProvider.System,
            cancellationToken
        );
        core.Address = serving.Address;
        core.Start();
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
