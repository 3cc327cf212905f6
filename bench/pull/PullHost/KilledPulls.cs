using System.Diagnostics;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.Testing.Registries;

namespace LlmOperator.PullHost;

/// <summary>Kills the process that pulls at random moments, with SIGKILL, and counts what each kill cost.</summary>
internal static class KilledPulls
{
    private const long Rate = 120L << 20;

    public static async Task<int> RunAsync(string file, int kills, int seed)
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(CancellationToken.None);
        RegistryContent content = RegistryContent.FromFile(file);
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(
            new RegistryFault.Slow(Rate / new PullOptions().Connections) { Times = int.MaxValue }
        );
        // The moments, as bytes that were sent: spread over the file in random order of distance.
#pragma warning disable CA5394 // A seed, not a secret.
        Random random = new(seed);
        long[] moments =
        [
            .. Enumerable.Range(0, kills).Select(_ => random.NextInt64(content.Length)).Order(),
        ];
#pragma warning restore CA5394
        string folder = Directory.CreateTempSubdirectory("killed-pulls-").FullName;
        try
        {
            long before = 0;
            List<long> costs = [];
            foreach (long moment in moments)
            {
                using Process pull = Start(url, folder);
                await ReachAsync(pull, () => registry.SentBytes - before >= moment);
                pull.Kill();
                await pull.WaitForExitAsync();
                await registry.QuietAsync();
                long kept = Kept(folder, content.Length);
                long cost = registry.SentBytes - before - kept;
                // Later kills start from what this one left.
                before += cost;
                costs.Add(cost);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"killed at {moment >> 20} MiB: {kept >> 20} MiB kept, {cost / 1048576.0:0.0} MiB come again"
                    )
                );
            }

            using Process last = Start(url, folder);
            string output = await last.StandardOutput.ReadToEndAsync();
            await last.WaitForExitAsync();
            ModelDigest digest = content.Digest;
            bool isRight = output.Contains($"pulled {digest} ", StringComparison.Ordinal);
            int unit = new PullOptions().UnitBytes;
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{kills} kills, {content.Length >> 20} MiB: at most {costs.Max() / (double)unit:0.0} units again, {costs.Sum() / (double)kills / unit:0.0} on average; fetched {registry.SentBytes / (double)content.Length:0.000} of the file; digest right: {isRight}"
                )
            );
            return isRight ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Process Start(Uri url, string folder) =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList = { typeof(KilledPulls).Assembly.Location, "pull", url.AbsoluteUri, folder },
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;

    private static async Task ReachAsync(Process pull, Func<bool> isThere)
    {
        while (!isThere() && !pull.HasExited)
        {
            await Task.Delay(1);
        }
    }

    // Units that the journal claims; the next process checks them.
    private static long Kept(string folder, long size)
    {
        string journal =
            Directory.EnumerateFiles(folder, "journal", SearchOption.AllDirectories).FirstOrDefault() ?? "";
        using PartialJournal? claims = journal.Length == 0 ? null : new PartialJournal(journal);
        UnitLayout layout = new PullOptions().LayoutOf(size);
        return claims?.Read(layout) is var (_, units)
            ? units.Keys.Sum(unit => (long)layout.LengthOf(unit))
            : 0;
    }
}
