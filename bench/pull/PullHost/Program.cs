using System.Globalization;

namespace LlmOperator.PullHost;

internal static class Program
{
    private const string Usage = """
        PullHost generate FILE GIB        writes a sound model file of about so many GiB
        PullHost pull URL FOLDER          pulls into a store; prints seconds, CPU seconds, peak KiB, bytes resumed
        PullHost twice URL FOLDER         the same two times in one process, a cold one and a warm one
        PullHost kills FILE KILLS SEED    pulls in a process that is killed so many times; prints what each kill cost
        """;

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["generate", string file, string gib]:
                await ModelFile.WriteAsync(file, int.Parse(gib, CultureInfo.InvariantCulture));
                return 0;
            case ["pull", string url, string folder]:
                await OnePull.RunAsync(new Uri(url), folder, Console.Out);
                return 0;
            case ["twice", string url, string folder]:
                await OnePull.TwiceAsync(new Uri(url), folder, Console.Out);
                return 0;
            case ["kills", string file, string kills, string seed]:
                return await KilledPulls.RunAsync(
                    file,
                    int.Parse(kills, CultureInfo.InvariantCulture),
                    int.Parse(seed, CultureInfo.InvariantCulture)
                );
            default:
                await Console.Error.WriteLineAsync(Usage);
                return 2;
        }
    }
}
