using System.Net;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.NodeAgent;

/// <summary>How a node agent runs.</summary>
public sealed record NodeAgentOptions
{
    /// <summary>Name of the node; a DNS label of at most 63 characters.</summary>
    public required string NodeName { get; init; }

    /// <summary>Folder for the model store, engine sockets and engine logs; of this agent alone.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where requests are taken. Default a free port on loopback.</summary>
    public IPEndPoint ListenAddress { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>Base URL under which others reach this agent; default what <see cref="ListenAddress"/> turned out to be.</summary>
    public Uri? AdvertisedAddress { get; init; }

    /// <summary>Bearer token that every request must carry; at least 16 characters.</summary>
    public required string ServingToken { get; init; }

    /// <summary>Token that opens <c>/metrics</c> beside the serving token; null, the default, for none.</summary>
    public MetricsToken? MetricsToken { get; init; }

    /// <summary>Namespace of the heartbeat lease; must exist. Default <c>llm-system</c>.</summary>
    public string LeaseNamespace { get; init; } = Api.WellKnown.NodeLeaseNamespace;

    /// <summary>Path of llama-server; default <c>LLMOP_LLAMA_SERVER</c>, else the PATH.</summary>
    public string? EngineCommand { get; init; }

    /// <summary>Bytes of RAM for models, where the node's spec has no budget; default what the machine has to spare.</summary>
    public long? CpuMemoryBudgetBytes { get; init; }

    /// <summary>Bytes a second of all pulls together; null, the default, for no limit.</summary>
    public long? MostPullBytesPerSecond { get; init; }

    /// <summary>Where models may come from.</summary>
    public SourceSettings SourceSettings { get; init; } = new();

    /// <summary>
    /// Base URL of a registry that is asked by digest when a source and its own mirrors fail, such as <c>llmop registry</c>
    /// or an agent of another cluster; null, the default, for none. It may have a private address, but this machine's
    /// loopback only where sources may. Files that need a Secret are not asked for there: it would not check the right to them.
    /// </summary>
    public Uri? Mirror { get; init; }

    /// <summary>Bearer token for <see cref="Mirror"/>; null, the default, for none.</summary>
    public string? MirrorToken { get; init; }

    /// <summary>Serves the store under <c>/v2/</c> by the protocols of Ollama's and of OCI registries. Default true.</summary>
    public bool ServesRegistry { get; init; } = true;

    /// <summary>
    /// Bearer token of at least 16 characters that opens <c>/v2/</c> and nothing else, for those who use this agent as
    /// their mirror; null, the default, for the serving token only.
    /// </summary>
    public string? RegistryToken { get; init; }

    /// <summary>A running Ollama server; null for none.</summary>
    public Uri? OllamaUrl { get; init; }

    /// <summary>A running server that speaks the OpenAI API; null for none.</summary>
    public Uri? OpenAiCompatibleUrl { get; init; }

    /// <summary>Transfers to other nodes at the same time, at most; what is more is told to come again. Default 32.</summary>
    public int PeerConnections { get; init; } = 32;

    /// <summary>Bytes a second to all other nodes together, at most; 0, the default, for no limit.</summary>
    public long PeerBytesPerSecond { get; init; }

    /// <summary>Longest time that a request waits for an on-demand model. Default 2 minutes.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time that requests have to end before an engine is stopped. Default 30 seconds.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two looks at devices, disk and engines. Default 10 seconds.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Temperature of <c>ThermalPressure</c>, degrees Celsius. Default 80.</summary>
    public int ThermalThresholdCelsius { get; init; } = 80;

    /// <summary>Use of memory that is pressure, percent. Default 90. For the disk it is the first of <see cref="Watermarks"/>.</summary>
    public int PressureThresholdPercent { get; init; } = 90;

    /// <summary>Model folders of Ollama on the node (<c>OLLAMA_MODELS</c>), whose files are used where they lie. Default none.</summary>
    public IReadOnlyList<string> OllamaFolders { get; init; } = [];

    /// <summary>Cache folders of the Hugging Face hub on the node (<c>HF_HOME/hub</c>), used likewise. Default none.</summary>
    public IReadOnlyList<string> HuggingFaceFolders { get; init; } = [];

    /// <summary>Use of the store's disk at which unneeded models are deleted, and at which that ends. Default 80 and 70 %.</summary>
    public StoreWatermarks Watermarks { get; init; } = new();

    /// <summary>Folder of the model store.</summary>
    public string StoreDirectory => Path.Combine(DataDirectory, "store");

    /// <summary>Folder of the engines' logs: <c>NAMESPACE_REPLICA.log</c>.</summary>
    public string LogDirectory => Path.Combine(DataDirectory, "logs");

    /// <summary>Folder of the engines' sockets.</summary>
    public string RunDirectory => Path.Combine(DataDirectory, "run");

    /// <summary>Checks all of it.</summary>
    /// <exception cref="ArgumentException">Something cannot work; one sentence says what.</exception>
    public void Validate()
    {
        Require(
            NodeName.Length is > 0 and <= 63
                && NodeName.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.')
                && char.IsAsciiLetterOrDigit(NodeName[0])
                && char.IsAsciiLetterOrDigit(NodeName[^1]),
            $"The node name '{NodeName}' must be lower-case letters, digits, '-' and '.', at most 63."
        );
        Require(
            Path.IsPathFullyQualified(DataDirectory),
            $"The data folder '{DataDirectory}' must be a full path."
        );
        Require(
            ServingToken.Length >= 16,
            "The serving token must have at least 16 characters; write a random one to its file."
        );
        Require(
            CpuMemoryBudgetBytes is null or > 0,
            "The memory budget must be more than 0 bytes; leave it out for the machine's own."
        );
        Require(
            MostPullBytesPerSecond is null or > 0,
            "The limit of pulls must be more than 0 bytes a second; leave it out for none."
        );
        Require(
            Mirror is null || (Mirror.Scheme is "http" or "https" && Mirror.UserInfo.Length == 0),
            "The mirror must be an http or https URL without user name and password; give a token by its file."
        );
        Require(
            Mirror is not { IsLoopback: true } || SourceSettings.AllowLoopback,
            "The mirror is an address of this machine's loopback, where an agent asks nobody; give the machine's own address."
        );
        Require(
            MirrorToken is null || (Mirror is not null && MirrorToken.Length > 0),
            "There is a token for the mirror and no mirror, or the token's file is empty."
        );
        Require(
            RegistryToken is null || (ServesRegistry && RegistryToken.Length >= 16),
            "The registry's token must have at least 16 characters, and the registry be served."
        );
        Require(
            ThermalThresholdCelsius is > 0 and <= 150 && PressureThresholdPercent is > 0 and <= 100,
            "The thresholds must be from 1 to 150 °C and from 1 to 100 %."
        );
        Require(
            OllamaFolders.Concat(HuggingFaceFolders).All(Path.IsPathFullyQualified),
            "The folders of Ollama and Hugging Face must be full paths."
        );
        Require(
            Watermarks.IsValid,
            "The watermarks of the store must be from 1 to 100 %, and the first not below the second."
        );
        Require(
            PeerConnections is > 0 and <= 1024 && PeerBytesPerSecond >= 0,
            "The transfers to other nodes must be from 1 to 1024, and their bytes a second not negative."
        );
        Require(
            LoadTimeout > TimeSpan.Zero && DrainTimeout >= TimeSpan.Zero && ReportInterval > TimeSpan.Zero,
            "The load timeout, drain timeout and report interval must not be negative or zero."
        );
    }

    /// <summary>Node and folder only: the token is secret.</summary>
    public override string ToString() => $"{NodeName} in {DataDirectory}";

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
