using System.Globalization;
using LlmOperator.RouterBench;

namespace LlmOperator.SlowClientsBench;

/// <summary>
/// What stands around the router: <c>configure KUBECONFIG KEY JSON_PORT STREAM_PORT</c> serves its configuration,
/// <c>upstream JSON_PORT STREAM_PORT</c> answers, <c>slow PORT KEY SENDERS READERS</c> keeps so many slow clients at it until
/// it is told to stop, and <c>pace PORT KEY RATE SECONDS CONNECTIONS</c> is the load of healthy ones.
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
                ["upstream", var json, var streams] => Upstream.RunAsync(Number(json), Number(streams), stop),
                ["slow", var port, var key, var senders, var readers] => new SlowClients(
                    Number(port),
                    key
                ).RunAsync(Number(senders), Number(readers), stop),
                ["pace", var port, var key, var rate, var seconds, var connections] => PacedLoad.RunAsync(
                    new Client(Number(port), key, "bench", isStream: false),
                    Number(rate),
                    TimeSpan.FromSeconds(Number(seconds)),
                    Number(connections)
                ),
                _ => throw new ArgumentException("Unknown arguments; see bench/slow-clients/run."),
            }
        );

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
