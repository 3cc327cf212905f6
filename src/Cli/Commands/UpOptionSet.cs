using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Up;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Commands;

/// <summary>Options of <c>llmop up</c>.</summary>
internal sealed class UpOptionSet
{
    private readonly Option<int> _nodes = new("--nodes")
    {
        Description = "Number of nodes in this process, each with its own store and engines",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string[]> _nodeMemory = new("--node-memory")
    {
        Description =
            "Memory that models may use on each node, for example 8Gi; may be repeated; default: the machine's",
        HelpName = "BYTES",
    };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Where to write the kubeconfig; default: kubeconfig in the data folder",
        HelpName = "FILE",
    };

    private readonly Option<int> _apiPort = new("--api-port")
    {
        Description = "Port of the API server on 127.0.0.1; 0 takes a free one",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<int> _routerPort = new("--router-port")
    {
        Description = "Port of the router on 127.0.0.1; 0 takes a free one",
        HelpName = "N",
        DefaultValueFactory = _ => UpOptions.DefaultRouterPort,
    };

    private readonly Option<string?> _ollamaRegistry = new("--ollama-registry")
    {
        Description = "Registry for names without a host; default: the Ollama library",
        HelpName = "URL",
    };

    private readonly Option<string?> _huggingFace = new("--huggingface")
    {
        Description = "Base URL of a Hugging Face mirror; default: the public hub",
        HelpName = "URL",
    };

    private readonly Option<string[]> _allowedHosts = new("--allow-host")
    {
        Description =
            "host or host:port that may be spoken to without TLS and at a private address; may be repeated",
        HelpName = "HOST",
    };

    private readonly Option<string?> _mirror = new("--mirror")
    {
        Description =
            "Registry that is asked when a source fails, such as that of `llmop registry` elsewhere; default: none",
        HelpName = "URL",
    };

    private readonly Option<string?> _mirrorTokenFile = new("--mirror-token-file")
    {
        Description = "File with the token that the mirror asks for; default: none",
        HelpName = "FILE",
    };

    private readonly Option<string?> _sourceProxy = new("--source-proxy")
    {
        Description = "HTTP proxy for requests to sources; hosts of --allow-host are asked directly",
        HelpName = "URL",
    };

    private readonly Option<string?> _pullRate = new("--pull-rate")
    {
        Description = "Bytes a second of all pulls of a node together, such as 100Mi; default: no limit",
        HelpName = "BYTES",
    };

    private readonly Option<bool> _noCaches = new("--no-node-caches")
    {
        Description = "Do not use the files of Ollama and of the Hugging Face hub that this machine has",
    };

    /// <summary>Adds the options to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            Option option in new Option[]
            {
                _nodes,
                _nodeMemory,
                _kubeconfig,
                _apiPort,
                _routerPort,
                _ollamaRegistry,
                _huggingFace,
                _allowedHosts,
                _mirror,
                _mirrorTokenFile,
                _sourceProxy,
                _pullRate,
                _noCaches,
            }
        )
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads and checks the options.</summary>
    /// <exception cref="CliException">A value is out of range.</exception>
    public UpOptions Read(ParseResult result, DataDirectory data)
    {
        int nodes = result.GetValue(_nodes);
        if (nodes is < 1 or > UpOptions.MaximumNodes)
        {
            throw new CliException(
                $"--nodes {nodes} is out of range; give 1 to {UpOptions.MaximumNodes}.",
                exitCode: 2
            );
        }

        return new UpOptions
        {
            Data = data,
            KubeconfigPath = result.GetValue(_kubeconfig),
            Nodes = nodes,
            NodeMemory = [.. (result.GetValue(_nodeMemory) ?? []).Select(ReadMemory)],
            ApiPort = ReadPort("--api-port", result.GetValue(_apiPort)),
            RouterPort = ReadPort("--router-port", result.GetValue(_routerPort)),
            Caches = result.GetValue(_noCaches)
                ? CacheFolders.None
                : CacheFolders.Find(
                    Environment.GetEnvironmentVariable,
                    Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                    Directory.Exists
                ),
            Origins = new OriginOptions
            {
                OllamaRegistry = result.GetValue(_ollamaRegistry),
                HuggingFace = result.GetValue(_huggingFace),
                AllowedHosts = result.GetValue(_allowedHosts) ?? [],
                Mirror = result.GetValue(_mirror),
                MirrorToken = result.GetValue(_mirrorTokenFile) is { } file
                    ? TokenFile.Read("--mirror-token-file", file, leastLength: 1)
                    : null,
                Proxy = result.GetValue(_sourceProxy),
            },
            MostPullBytesPerSecond = result.GetValue(_pullRate) is { } rate
                ? ReadAmount("--pull-rate", rate).Bytes
                : null,
        };
    }

    private static Quantity ReadMemory(string text) => ReadAmount("--node-memory", text);

    private static Quantity ReadAmount(string option, string text) =>
        Quantity.TryParse(text, out Quantity amount) && amount.Bytes > 0
            ? amount
            : throw new CliException(
                $"{option} {text} is no number of bytes; write it like 8Gi.",
                exitCode: 2
            );

    private static int ReadPort(string option, int port) =>
        port is >= 0 and <= 65535
            ? port
            : throw new CliException($"{option} {port} is no port; give 0 to 65535.", exitCode: 2);
}
