using System.Net;
using LlmOperator.Cli.Connection;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent;
using LlmOperator.Operator;
using LlmOperator.Router;
using LlmOperator.Router.Tracing;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Cli.Up;

/// <summary>Makes the parts with settings that fit one machine.</summary>
internal sealed class UpParts(
    UpOptions options,
    KubernetesConfiguration kubernetes,
    string servingToken,
    ILoggerFactory loggers,
    TimeProvider timeProvider
)
{
    /// <summary>The operator.</summary>
    public IHostedPart Operator() =>
        OperatorHost.Create(
            new OperatorOptions
            {
                Sources = Sources(),
                AllowFileSources = true,
                // One process has one operator: there is nobody to elect against.
                LeaderElection = false,
            },
            kubernetes,
            loggers,
            timeProvider
        );

    /// <summary>The agent of one node.</summary>
    /// <param name="index">Index of the node.</param>
    public IHostedPart NodeAgent(int index)
    {
        string name = options.NodeNames[index];
        return NodeAgentHost.Create(
            new NodeAgentOptions
            {
                NodeName = name,
                DataDirectory = options.Data.Node(name),
                ServingToken = servingToken,
                CpuMemoryBudgetBytes = options.BudgetOf(index),
                MostPullBytesPerSecond = options.MostPullBytesPerSecond,
                SourceSettings = Sources(),
                Mirror = ReadUrl("--mirror", options.Origins.Mirror),
                MirrorToken = options.Origins.MirrorToken,
                OllamaFolders = options.Caches.Ollama,
                HuggingFaceFolders = options.Caches.HuggingFace,
            },
            kubernetes,
            loggers,
            timeProvider
        );
    }

    /// <summary>The router.</summary>
    public IHostedPart Router() =>
        RouterHost.Create(
            new RouterOptions
            {
                ListenAddress = new IPEndPoint(IPAddress.Loopback, options.RouterPort),
                ServingToken = servingToken,
                Otlp = OtlpOptions.FromEnvironment(Environment.GetEnvironmentVariable),
            },
            kubernetes,
            loggers,
            timeProvider
        );

    private SourceSettings Sources()
    {
        SourceSettings defaults = new();
        return defaults with
        {
            OllamaRegistry =
                ReadUrl("--ollama-registry", options.Origins.OllamaRegistry) ?? defaults.OllamaRegistry,
            HuggingFace = ReadUrl("--huggingface", options.Origins.HuggingFace) ?? defaults.HuggingFace,
            AllowPlainHttpHosts = options.Origins.AllowedHosts,
            AllowPrivateHosts = options.Origins.AllowedHosts,
            Proxy = ReadUrl("--source-proxy", options.Origins.Proxy),
            // Whoever runs `llmop up` may read this machine's loopback anyway.
            AllowLoopback = true,
        };
    }

    private static Uri? ReadUrl(string option, string? text) =>
        text is null ? null : HttpUrl.Parse(option, text);
}
