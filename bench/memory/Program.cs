using System.Globalization;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Testing.Gguf.Shapes;

namespace LlmOperator.Bench.Memory;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["measure", string file, string server, ..]:
                LlamaServerEngine engine = new(new LlamaServerCommand(server, []), TimeProvider.System);
                int workers = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 2;
                await new Measurement(engine, file).RunAsync(
                    args.Length > 4 ? args[4] : "",
                    workers,
                    CancellationToken.None
                );
                return 0;
            case ["write", string name, string path]:
                ShapeFiles.Write(RealShapes.All.First(shape => shape.Name == name), path);
                return 0;
            case ["compare", string file, ..]:
                await Comparison.RunAsync(file, args.Length > 2 ? args[2] : "", CancellationToken.None);
                return 0;
            case ["report", string file]:
                (IReadOnlyList<ErrorRow> rows, int refused) = await ErrorTable.ReadAsync(
                    file,
                    CancellationToken.None
                );
                Console.Write(Report.Write(rows, refused));
                return 0;
            case ["loads", string server]:
                LlamaServerEngine loader = new(
                    // Its buffers are in the log from this level on.
                    new LlamaServerCommand(server, ["--verbosity", "4"]),
                    TimeProvider.System
                );
                Console.Write(await new Loads(loader).RunAsync(CancellationToken.None));
                return 0;
            default:
                Console.Error.WriteLine(
                    "usage: measure VECTORS LLAMA-SERVER [WORKERS [NAME]] | write NAME FILE | compare VECTORS [NAME] | report VECTORS | loads LLAMA-SERVER"
                );
                return 2;
        }
    }
}
