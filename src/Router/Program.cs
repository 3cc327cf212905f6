using System.Net;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Probing;
using LlmOperator.Router.Serving;
using LlmOperator.Router.Tracing;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.Router;

internal static class Program
{
    private const string Help = """
        llm-router: one OpenAI endpoint in front of local models and providers.

          llm-router                                serve
          llm-router probe URL [STATUS [KEY_FILE]]  succeed when a GET answers that status, 200 by default

        Settings come from the environment:
          LLMOP_LISTEN               address:port; default 127.0.0.1:11400
          LLMOP_API_KEYS_FILE        file with one API key a line; required beyond loopback
          LLMOP_METRICS_TOKEN_FILE   file with a token that opens /metrics only; default none
          LLMOP_SERVING_TOKEN_FILE   file with the token that node agents demand
          LLMOP_NAMESPACE            namespace of names without one; default "default"
          LLMOP_MAX_CONNECTIONS_PER_ADDRESS  most connections of one client address; default none
          LLMOP_SHUTDOWN_DELAY       how long to take requests after SIGTERM, not ready any more; default 0s
          OTEL_EXPORTER_OTLP_ENDPOINT  collector of traces and metrics, such as http://collector:4318; default none
          OTEL_EXPORTER_OTLP_PROTOCOL  http/protobuf or grpc; default http/protobuf
          KUBECONFIG                 API server; default: the pod's service account, then ~/.kube/config
        """;

    private static Task<int> Main(string[] args)
    {
        if (args is ["probe", ..])
        {
            return ProbeCommand.RunAsync(args[1..], Console.Error);
        }

        InlineSockets.Prefer(Environment.GetEnvironmentVariable, Environment.SetEnvironmentVariable);
        return new PartProgram(
            "llm-router",
            Help,
            (kubernetes, loggers) =>
                RouterHost.Create(ReadOptions(), kubernetes, loggers, TimeProvider.System)
        ).RunAsync(args);
    }

    private static RouterOptions ReadOptions()
    {
        RouterOptions defaults = new();
        string? listen = Environment.GetEnvironmentVariable("LLMOP_LISTEN");
        string? keys = Environment.GetEnvironmentVariable("LLMOP_API_KEYS_FILE");
        string? token = Environment.GetEnvironmentVariable("LLMOP_SERVING_TOKEN_FILE");
        return defaults with
        {
            ListenAddress = string.IsNullOrEmpty(listen) ? defaults.ListenAddress : IPEndPoint.Parse(listen),
            ApiKeys = string.IsNullOrEmpty(keys)
                ? []
                : [.. File.ReadLines(keys).Select(l => l.Trim()).Where(l => l.Length > 0)],
            ServingToken = string.IsNullOrEmpty(token) ? null : File.ReadAllText(token).Trim(),
            MetricsToken = MetricsToken.FromFile(
                Environment.GetEnvironmentVariable("LLMOP_METRICS_TOKEN_FILE")
            ),
            MaxConnectionsPerAddress = ReadNumber("LLMOP_MAX_CONNECTIONS_PER_ADDRESS"),
            Otlp = OtlpOptions.FromEnvironment(Environment.GetEnvironmentVariable),
            ShutdownDelay = ReadDuration("LLMOP_SHUTDOWN_DELAY") ?? defaults.ShutdownDelay,
            DefaultNamespace =
                Environment.GetEnvironmentVariable("LLMOP_NAMESPACE") ?? defaults.DefaultNamespace,
        };
    }

    private static int? ReadNumber(string name) =>
        Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text ? null
        : int.TryParse(text, out int number) ? number
        : throw new ArgumentException($"{name} is \"{text}\" but must be a whole number.");

    private static TimeSpan? ReadDuration(string name) =>
        Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text ? null
        : Duration.TryParse(text, out Duration duration) ? duration.Value
        : throw new ArgumentException($"{name} is \"{text}\" but must be a duration such as 5s.");
}
