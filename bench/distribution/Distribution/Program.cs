using System.Globalization;

namespace LlmOperator.Distribution;

/// <summary>
/// One model to many nodes. The operator, the API server and the agents are the real ones (their engine only waits); every
/// agent and the source are a process in a network namespace, whose link has a rate. <c>bench/distribution/run</c> makes
/// the namespaces.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using CancellationTokenSource stop = new();
        using var term = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            context =>
            {
                context.Cancel = true;
                stop.Cancel();
            }
        );
        switch (args)
        {
            case ["story", .. string[] rest]:
                return await new FleetRun(RunOptions.Parse(rest)).RunAsync(stop.Token);
            case ["fleet", string nodes, string models]:
                return await ManyRun.RunAsync(
                    int.Parse(nodes, CultureInfo.InvariantCulture),
                    int.Parse(models, CultureInfo.InvariantCulture),
                    stop.Token
                );
            case ["source", string file]:
                await SourceProgram.RunAsync(file, stop.Token);
                return 0;
            case ["agent", string node, string folder, string kubeconfig, string unitBytes, .. string[] how]:
                await AgentProgram.RunAsync(
                    int.Parse(node, CultureInfo.InvariantCulture),
                    folder,
                    kubeconfig,
                    int.Parse(unitBytes, CultureInfo.InvariantCulture),
                    isCorrupt: how.Contains("corrupt"),
                    stop.Token
                );
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: see bench/distribution/run");
                return 2;
        }
    }
}
