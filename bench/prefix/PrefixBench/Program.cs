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
TimeSpan most = TimeSpan.FromSeconds(int.Parse(args[5]));
BalancingStrategy[] strategies = Enum.GetValues<BalancingStrategy>();
List<Engine> engines = [];
List<Dictionary<BalancingStrategy, Measured>> measured = [];
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
    long begin = Stopwatch.GetTimestamp();
    TimeSpan last = TimeSpan.Zero;
    for (int round = -1; round < rounds; round++)
    {
        Dictionary<BalancingStrategy, Measured> ofRound = [];
        // The order changes: none is always the one after the machine was busy.
        for (int i = 0; i < strategies.Length; i++)
        {
            BalancingStrategy strategy = strategies[(i + round + strategies.Length) % strategies.Length];
            long start = Stopwatch.GetTimestamp();
            List<Sample> samples = await RunAsync(router, strategy, seed: (round * 10) + (int)strategy + 100);
            ofRound[strategy] = Measured.Of(samples, Stopwatch.GetElapsedTime(start));
        }

        // A round that would not end in time is not begun.
        TimeSpan now = Stopwatch.GetElapsedTime(begin);
        TimeSpan ofThis = now - last;
        last = now;
        if (now + (ofThis * 1.2) > most)
        {
            rounds = round + 1;
        }

        // The first is not counted: code is compiled and engines are warmed up.
        if (round >= 0)
        {
            measured.Add(ofRound);
            foreach ((BalancingStrategy strategy, Measured m) in ofRound)
            {
                Console.Error.WriteLine($"round {round} {strategy}: {m}");
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
    List<Sample> samples = [];
    await Parallel.ForEachAsync(
        all,
        new ParallelOptions { MaxDegreeOfParallelism = concurrent },
        async (conversation, _) =>
        {
            List<Sample> turns = await conversation.RunAsync();
            lock (samples)
            {
                samples.AddRange(turns);
            }
        }
    );
    return samples;
}

// Ratios within a round: what the machine does meanwhile hits all strategies of a round alike.
void Report()
{
    Console.WriteLine(
        "| strategy | time to first token, median | 90th percentile | wall | requests a second | prompt tokens evaluated |"
    );
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (BalancingStrategy strategy in strategies.Reverse())
    {
        string Ratio(Func<Measured, double> measure)
        {
            double[] ratios =
            [
                .. measured
                    .Select(r => measure(r[strategy]) / measure(r[BalancingStrategy.RoundRobin]))
                    .Order(),
            ];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{ratios[ratios.Length / 2]:0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})"
            );
        }

        Console.WriteLine(
            $"| {strategy} | {Ratio(m => m.FirstToken)} | {Ratio(m => m.SlowFirstToken)} | {Ratio(m => m.Seconds)} | {Ratio(m => m.Requests / m.Seconds)} | {Ratio(m => m.Evaluated)} |"
        );
    }
}
