using LlmOperator.Storm.Machines;
using LlmOperator.Storm.Nodes;
using LlmOperator.Storm.Results;

namespace LlmOperator.Storm;

/// <summary>
/// A reconcile storm: many models at once on many nodes. The operator is the real process; so is the API server; the
/// nodes are the real agent's parts with an engine that only waits, all in one process.
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
            case ["run", .. string[] rest]:
                return await new StormRun(StormOptions.Parse(rest)).RunAsync(stop.Token);
            case ["table", .. string[] files]:
                Console.WriteLine(ResultTable.Of([.. files.Select(StormResult.Read)]));
                return 0;
            case ["nodes", string kubeconfig, string count, string folder]:
                await NodesProgram.RunAsync(
                    kubeconfig,
                    int.Parse(count, System.Globalization.CultureInfo.InvariantCulture),
                    folder,
                    stop.Token
                );
                return 0;
            case ["apiserver", string kubeconfig]:
                await EmbeddedServerProgram.RunAsync(kubeconfig, stop.Token);
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: see bench/storm/run");
                return 2;
        }
    }
}
