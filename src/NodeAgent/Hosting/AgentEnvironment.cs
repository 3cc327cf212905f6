using System.Globalization;
using System.Net;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.NodeAgent.Hosting;

/// <summary>Reads the options of an agent that runs as a process of its own.</summary>
internal static class AgentEnvironment
{
    public const string Help = """
        llm-node-agent: stores models on a node and runs their engines.

        Settings come from the environment:
          LLMOP_NODE_NAME            name of the node; default the machine's name
          LLMOP_DATA_DIR             full path of the data folder; required
          LLMOP_LISTEN               address:port of the serving port; default 127.0.0.1:0 (a free port)
          LLMOP_ADVERTISED_ADDRESS   base URL under which others reach the agent; default where it listens
          LLMOP_SERVING_TOKEN_FILE   file with the token that requests must carry; required
          LLMOP_METRICS_TOKEN_FILE   file with a token that opens /metrics only; default none
          LLMOP_LEASE_NAMESPACE      namespace of the heartbeat lease; default llm-system
          LLMOP_LLAMA_SERVER         command line of llama-server; default the PATH
          LLMOP_CPU_MEMORY           RAM for models, such as 16Gi; default what the machine has to spare
          LLMOP_OLLAMA_REGISTRY      base URL of the registry for names without a host
          LLMOP_HUGGING_FACE         base URL of the Hugging Face hub or a mirror
          LLMOP_MIRROR               base URL of a registry that is asked when a source and its own mirrors fail, such as
                                     llmop registry or an agent of another cluster; default none
          LLMOP_MIRROR_TOKEN_FILE    file with the token for it; default none
          LLMOP_REGISTRY             false serves no registry protocol (/v2/) from the store; default true
          LLMOP_REGISTRY_TOKEN_FILE  file with a token that opens /v2/ and nothing else, of at least 16 characters, for
                                     other clusters; default none
          LLMOP_SOURCE_PROXY         http proxy for requests to sources; default none
          LLMOP_PULL_RATE            bytes a second of all pulls together, such as 100Mi; default no limit
          LLMOP_PEER_CONNECTIONS     transfers of model files to other nodes at the same time, at most; default 32
          LLMOP_PEER_RATE            bytes a second to all other nodes together, such as 100Mi; default no limit
          LLMOP_ALLOWED_HOSTS        hosts that may have private addresses and no TLS, separated by commas
          LLMOP_OLLAMA_MODELS        model folders of Ollama whose files are used where they lie, separated by ':'
          LLMOP_HF_HUB               cache folders of the Hugging Face hub, used likewise, separated by ':'
          LLMOP_STORE_WATERMARKS     percent of the disk's use at which unneeded models are deleted, and at which
                                     that ends; default 80/70
          LLMOP_OLLAMA_URL           a running Ollama server on the node
          LLMOP_OPENAI_URL           a running server on the node that speaks the OpenAI API
          KUBECONFIG                 API server; default: the pod's service account, then ~/.kube/config
        """;

    /// <exception cref="ArgumentException">A setting is missing or wrong; names it.</exception>
    /// <exception cref="IOException">The token's file cannot be read.</exception>
    public static NodeAgentOptions Read(Func<string, string?> environment)
    {
        string? Text(string name) => environment(name) is { Length: > 0 } text ? text : null;
        string Required(string name) =>
            Text(name) ?? throw new ArgumentException($"{name} is not set; see --help.");
        Uri? Address(string name) =>
            Text(name) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri
            : throw new ArgumentException($"{name} is '{text}' but must be an http or https URL.");

        long? Amount(string name) =>
            Text(name) is not { } text ? null
            : Quantity.TryParse(text, out Quantity quantity) ? quantity.Bytes
            : throw new ArgumentException($"{name} is '{text}' but must be a quantity such as 16Gi.");
        string[] Folders(string name) =>
            Text(name)
                ?.Split(
                    Path.PathSeparator,
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries
                )
            ?? [];

        bool Flag(string name, bool otherwise) =>
            Text(name) switch
            {
                null => otherwise,
                "true" => true,
                "false" => false,
                string other => throw new ArgumentException(
                    $"{name} is '{other}' but must be true or false."
                ),
            };
        string? Token(string name) => Text(name) is { } file ? File.ReadAllText(file).Trim() : null;

        NodeAgentOptions defaults = new()
        {
            NodeName = Text("LLMOP_NODE_NAME") ?? Environment.MachineName.ToLowerInvariant(),
            DataDirectory = Required("LLMOP_DATA_DIR"),
            ServingToken = File.ReadAllText(Required("LLMOP_SERVING_TOKEN_FILE")).Trim(),
        };
        SourceSettings sources = new();
        string[] allowed =
            Text("LLMOP_ALLOWED_HOSTS")
                ?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [];
        return defaults with
        {
            ListenAddress = Text("LLMOP_LISTEN") is { } listen
                ? IPEndPoint.TryParse(listen, out IPEndPoint? point)
                    ? point
                    : throw new ArgumentException($"LLMOP_LISTEN is '{listen}' but must be address:port.")
                : defaults.ListenAddress,
            MetricsToken = MetricsToken.FromFile(Text("LLMOP_METRICS_TOKEN_FILE")),
            LeaseNamespace = Text("LLMOP_LEASE_NAMESPACE") ?? defaults.LeaseNamespace,
            AdvertisedAddress = Address("LLMOP_ADVERTISED_ADDRESS"),
            CpuMemoryBudgetBytes = Amount("LLMOP_CPU_MEMORY"),
            MostPullBytesPerSecond = Amount("LLMOP_PULL_RATE"),
            SourceSettings = sources with
            {
                OllamaRegistry = Address("LLMOP_OLLAMA_REGISTRY") ?? sources.OllamaRegistry,
                HuggingFace = Address("LLMOP_HUGGING_FACE") ?? sources.HuggingFace,
                AllowPlainHttpHosts = allowed,
                AllowPrivateHosts = allowed,
                Proxy = Address("LLMOP_SOURCE_PROXY"),
            },
            Mirror = Address("LLMOP_MIRROR"),
            MirrorToken = Token("LLMOP_MIRROR_TOKEN_FILE"),
            ServesRegistry = Flag("LLMOP_REGISTRY", defaults.ServesRegistry),
            RegistryToken = Token("LLMOP_REGISTRY_TOKEN_FILE"),
            OllamaFolders = Folders("LLMOP_OLLAMA_MODELS"),
            HuggingFaceFolders = Folders("LLMOP_HF_HUB"),
            Watermarks = Text("LLMOP_STORE_WATERMARKS") is { } watermarks
                ? ReadWatermarks(watermarks)
                : defaults.Watermarks,
            PeerConnections = Text("LLMOP_PEER_CONNECTIONS") is { } connections
                ? int.TryParse(connections, NumberStyles.None, CultureInfo.InvariantCulture, out int most)
                    ? most
                    : throw new ArgumentException(
                        $"LLMOP_PEER_CONNECTIONS is '{connections}' but must be a number such as 32."
                    )
                : defaults.PeerConnections,
            PeerBytesPerSecond = Text("LLMOP_PEER_RATE") is { } rate
                ? Quantity.TryParse(rate, out Quantity bytes)
                    ? bytes.Bytes
                    : throw new ArgumentException(
                        $"LLMOP_PEER_RATE is '{rate}' but must be a quantity such as 100Mi."
                    )
                : 0,
            OllamaUrl = Address("LLMOP_OLLAMA_URL"),
            OpenAiCompatibleUrl = Address("LLMOP_OPENAI_URL"),
        };
    }

    private static StoreWatermarks ReadWatermarks(string text) =>
        text.Split('/') is [string start, string stop]
        && int.TryParse(start, out int startPercent)
        && int.TryParse(stop, out int stopPercent)
            ? new StoreWatermarks(startPercent, stopPercent)
            : throw new ArgumentException(
                $"LLMOP_STORE_WATERMARKS is '{text}' but must be two percentages such as 80/70."
            );
}
