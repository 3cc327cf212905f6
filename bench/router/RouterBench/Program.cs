using System.Globalization;

namespace LlmOperator.RouterBench;

/// <summary>
/// What stands around the gateways: <c>configure KUBECONFIG KEY JSON_PORT STREAM_PORT</c> serves the router's
/// configuration, <c>upstream PORT</c> streams, <c>pace PORT KEY MODEL RATE SECONDS CONNECTIONS</c> and
/// <c>stream PORT KEY MODEL COUNT CONNECTIONS</c> are loads.
/// </summary>
internal static class Program
{
    private static Task Main(string[] args) =>
        Termination.EndsAsync(stop =>
            args switch
            {
                ["configure", var kubeconfig, var key, var json, var streams] => ConfigurationServer.RunAsync(
                    kubeconfig,
                    key,
                    Number(json),
                    Number(streams),
                    stop
                ),
                ["upstream", var port] => StreamUpstream.RunAsync(Number(port), stop),
                ["pace", var port, var key, var model, var rate, var seconds, var connections] =>
                    PacedLoad.RunAsync(
                        new Client(Number(port), key, model, isStream: false),
                        Number(rate),
                        TimeSpan.FromSeconds(Number(seconds)),
                        Number(connections)
                    ),
                ["stream", var port, var key, var model, var count, var connections] => StreamLoad.RunAsync(
                    new Client(Number(port), key, model, isStream: true),
                    Number(count),
                    Number(connections)
                ),
                _ => throw new ArgumentException("Unknown arguments; see bench/router/run."),
            }
        );

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
