using System.Globalization;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.Operator;

/// <summary>Reads the options of the process from its environment.</summary>
internal static class OperatorEnvironment
{
    public const string Help = """
        llm-operator: decides which models run on which nodes.

        Settings come from the environment:
          LLMOP_OPERATOR_LISTEN          address of /metrics, /healthz, /readyz, such as http://127.0.0.1:9090; default none
          LLMOP_METRICS_TOKEN_FILE       file with the token that /metrics demands; required for it beyond loopback
          LLMOP_LEADER_ELECTION          false for a single instance without a lease; default true
          LLMOP_LEASE_NAMESPACE          namespace of the leader lease and of the heartbeats; default llm-system
          LLMOP_LEASE_DURATION           how long the others wait for a silent leader, in whole seconds; default 6s
          LLMOP_RENEW_DEADLINE           how long a leader tries to renew before it gives up; default 4s
          LLMOP_RETRY_PERIOD             time between two renewals; default 800ms
          LLMOP_NODE_LOST_AFTER          how long a node may be silent before its replicas move; default 60s
          LLMOP_MAX_INSPECTIONS          models whose headers are read at the same time; default 4
          LLMOP_ALLOW_FILE_SOURCES       true lets models name files of this machine; default false
          LLMOP_OLLAMA_REGISTRY          registry for Ollama names without a host; default https://registry.ollama.ai
          LLMOP_HUGGING_FACE             Hugging Face hub; default https://huggingface.co
          LLMOP_SOURCE_PROXY             http proxy for requests to sources; default none
          LLMOP_PLAIN_HTTP_HOSTS         hosts, separated by commas, that may be read over plain http; default none
          LLMOP_PRIVATE_HOSTS            hosts, separated by commas, that may have private addresses; default none
          LLMOP_ALLOW_LOOPBACK_SOURCES   true lets sources be on this machine's loopback addresses; default false
          KUBECONFIG                     API server; default: the pod's service account, then ~/.kube/config
        """;

    /// <summary>The options that a set of variables says.</summary>
    /// <param name="variable">Value of a variable, or null.</param>
    /// <exception cref="ArgumentException">A value cannot be understood; names the variable and the remedy.</exception>
    public static OperatorOptions Read(Func<string, string?> variable)
    {
        OperatorOptions defaults = new();
        return new OperatorOptions
        {
            Sources = new SourceSettings
            {
                OllamaRegistry = Address("LLMOP_OLLAMA_REGISTRY") ?? defaults.Sources.OllamaRegistry,
                HuggingFace = Address("LLMOP_HUGGING_FACE") ?? defaults.Sources.HuggingFace,
                AllowPlainHttpHosts = List("LLMOP_PLAIN_HTTP_HOSTS"),
                AllowPrivateHosts = List("LLMOP_PRIVATE_HOSTS"),
                Proxy = Address("LLMOP_SOURCE_PROXY"),
                AllowLoopback = Flag("LLMOP_ALLOW_LOOPBACK_SOURCES", false),
            },
            AllowFileSources = Flag("LLMOP_ALLOW_FILE_SOURCES", defaults.AllowFileSources),
            LeaderElection = Flag("LLMOP_LEADER_ELECTION", defaults.LeaderElection),
            LeaseNamespace = Text("LLMOP_LEASE_NAMESPACE") ?? defaults.LeaseNamespace,
            LeaseDuration = Length("LLMOP_LEASE_DURATION", defaults.LeaseDuration),
            RenewDeadline = Length("LLMOP_RENEW_DEADLINE", defaults.RenewDeadline),
            RetryPeriod = Length("LLMOP_RETRY_PERIOD", defaults.RetryPeriod),
            MaxConcurrentInspections = Number("LLMOP_MAX_INSPECTIONS", defaults.MaxConcurrentInspections),
            NodeLostAfter = Length("LLMOP_NODE_LOST_AFTER", defaults.NodeLostAfter),
            ListenAddress = Address("LLMOP_OPERATOR_LISTEN"),
            MetricsToken = MetricsToken.FromFile(Text("LLMOP_METRICS_TOKEN_FILE")),
        };

        string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

        string[] List(string name) =>
            Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            ?? [];

        bool Flag(string name, bool otherwise) =>
            Text(name) switch
            {
                null => otherwise,
                "true" => true,
                "false" => false,
                string other => throw Bad(name, other, "true or false"),
            };

        int Number(string name, int otherwise) =>
            Text(name) is not { } text ? otherwise
            : int.TryParse(text, CultureInfo.InvariantCulture, out int number) ? number
            : throw Bad(name, text, "a whole number");

        TimeSpan Length(string name, TimeSpan otherwise) =>
            Text(name) is not { } text ? otherwise
            : Duration.TryParse(text, out Duration duration) ? duration.Value
            : throw Bad(name, text, "a duration such as 60s");

        Uri? Address(string name) =>
            Text(name) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri
            : throw Bad(name, text, "an address such as http://127.0.0.1:9090");
    }

    private static ArgumentException Bad(string name, string value, string what) =>
        new($"{name} is \"{value}\" but must be {what}.");
}
