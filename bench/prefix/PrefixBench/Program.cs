using System.Diagnostics;
using System.Globalization;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.PrefixBench;
using LlmOperator.Router.Tests;
using LlmOperator.Router.Tests.Forwarding;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
(string server, string model) = (args[0], args[1]);
(int rounds, int conversations, int concurrent) = (
    int.Parse(args[2]),
    int.Parse(args[3]),
    int.Parse(args[4])
);
BalancingStrategy[] strategies = Enum.GetValues<BalancingStrategy>();
List<Engine> engines = [];
Dictionary<BalancingStrategy, List<Sample>> samples = strategies.ToDictionary(
    s => s,
    _ => new List<Sample>()
);
Dictionary<BalancingStrategy, double> seconds = strategies.ToDictionary(s => s, _ => 0.0);
try
{
    for (int i = 0; i < 4; i++)
    {
        engines.Add(await Engine.StartAsync(server, model));
    }

    World world = new World().Model("demo", [.. engines.Select(e => e.BaseUrl)]);
    foreach (BalancingStrategy strategy in strategies)
    {
        RoutingPolicySpec spec = new() { Targets = [World.Local("demo")], Balancing = strategy };
        world.Policy(strategy.ToString().ToLowerInvariant(), spec);
    }

    await using RunningRouter router = await RunningRouter.StartAsync(world);
    for (int round = -1; round < rounds; round++)
    {
        // The order changes: none is always the one after the machine was busy.
        for (int i = 0; i < strategies.Length; i++)
        {
            BalancingStrategy strategy = strategies[(i + round + strategies.Length) % strategies.Length];
            long start = Stopwatch.GetTimestamp();
            List<Sample> measured = await RunAsync(
                router,
                strategy,
                seed: (round * 10) + (int)strategy + 100
            );
            if (round >= 0)
            {
                samples[strategy].AddRange(measured);
                seconds[strategy] += Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
    }

    Report();
}
finally
{
    foreach (Engine engine in engines)
    {
        await engine.DisposeAsync();
    }
}

// Every run has texts of its own: nothing is in a cache because another strategy put it there.
async Task<List<Sample>> RunAsync(RunningRouter router, BalancingStrategy strategy, int seed)
{
    Random random = new(seed);
    string[] systemPrompts = [.. Enumerable.Range(0, 6).Select(_ => Conversation.Words(random, 250))];
    List<Conversation> all =
    [
        .. Enumerable
            .Range(0, conversations)
            .Select(i => new Conversation(
                router.Http,
                strategy.ToString().ToLowerInvariant(),
                systemPrompts[i % systemPrompts.Length],
                new Random(random.Next())
            )),
    ];
    List<Sample> measured = [];
    await Parallel.ForEachAsync(
        all,
        new ParallelOptions { MaxDegreeOfParallelism = concurrent },
        async (conversation, _) =>
        {
            List<Sample> turns = await conversation.RunAsync();
            lock (measured)
            {
                measured.AddRange(turns);
            }
        }
    );
    return measured;
}

void Report()
{
    Console.WriteLine(
        "| strategy | time to first token, median | 90th percentile | wall | requests a second | prompt tokens evaluated |"
    );
    Console.WriteLine("|---|---|---|---|---|---|");
    BalancingStrategy baseline = BalancingStrategy.RoundRobin;
    foreach (BalancingStrategy strategy in strategies.Reverse())
    {
        string Ratio(Func<BalancingStrategy, double> measure) =>
            (measure(strategy) / measure(baseline)).ToString("0.00", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"| {strategy} | {Ratio(s => Quantile(s, 0.5))} | {Ratio(s => Quantile(s, 0.9))} | {Ratio(s => seconds[s])} | {Ratio(s => samples[s].Count / seconds[s])} | {Ratio(s => samples[s].Sum(x => (double)x.Evaluated))} |"
        );
        Console.Error.WriteLine(
            $"{strategy}: first token {Quantile(strategy, 0.5):0} ms, p90 {Quantile(strategy, 0.9):0} ms, wall {seconds[strategy]:0.0} s, "
                + $"{samples[strategy].Count} requests, evaluated {samples[strategy].Sum(x => x.Evaluated)}, cached {samples[strategy].Sum(x => x.Cached)}"
        );
    }
}

double Quantile(BalancingStrategy strategy, double share)
{
    double[] sorted = [.. samples[strategy].Select(s => s.FirstToken).Order()];
    return sorted[(int)Math.Ceiling(sorted.Length * share) - 1];
}
