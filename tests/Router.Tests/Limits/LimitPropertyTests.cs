using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Tests.Limits;

/// <summary>Three routers, one limit, crashes and writes at the same time: the limit holds over all of them.</summary>
public sealed class LimitPropertyTests
{
    private const int Histories = 300;
    private const int Steps = 400;
    private const int Seed = 20_261_125;

    [Fact]
    public async Task Limits_HundredsOfHistoriesOfThreeRouters_HoldInEverySpanOfTime()
    {
        int entered = 0;
        int refused = 0;
        int conflicts = 0;
        for (int i = 0; i < Histories; i++)
        {
            Random random = new(Seed + i);
            int limit = random.Next(1, 400);
            using LimitWorld world = new(Seed + i);
            RequestLimits limits = new() { RequestsPerMinute = limit };
            RateGate[] routers = new RateGate[3];
            bool isNested = false;
            List<TimeSpan> times = [];

            async Task EnterAsync()
            {
                if (await routers[random.Next(3)].EnterAsync(0, default) is null)
                {
                    times.Add(Now());
                }
                else
                {
                    refused++;
                }
            }

            // Others write between what one has read and its write.
            async Task LetOthersGoFirstAsync()
            {
                if (!isNested && random.Next(4) == 0)
                {
                    isNested = true;
                    RateGate other = Start();
                    if (await other.EnterAsync(0, default) is null)
                    {
                        times.Add(Now());
                    }

                    isNested = false;
                }
            }

            TimeSpan Now() => world.Time.GetElapsedTime(0);
            RateGate Start() => world.Gate(limits, LetOthersGoFirstAsync);
            for (int r = 0; r < routers.Length; r++)
            {
                routers[r] = Start();
            }

            for (int step = 0; step < Steps; step++)
            {
                switch (random.Next(100))
                {
                    case < 80:
                        await EnterAsync();
                        break;
                    case < 82:
                        // A crash: what it held is lost, and a new one begins with nothing.
                        routers[random.Next(3)] = Start();
                        break;
                    case < 84:
                        world.Time.Advance(TimeSpan.FromSeconds(random.Next(30)));
                        break;
                    case < 90:
                        await routers[random.Next(3)].TidyAsync(isLeaving: false);
                        break;
                    default:
                        world.Time.Advance(TimeSpan.FromMilliseconds(random.Next(400)));
                        break;
                }
            }

            AssertHolds(times, limit, $"history {i} of seed {Seed}, limit {limit}");
            entered += times.Count;
            conflicts += world.Conflicts;
        }

        // The histories are worth something only when all of it happens.
        Assert.True(entered > 10_000, $"{entered} entered");
        Assert.True(refused > 1_000, $"{refused} refused");
        Assert.True(conflicts > 500, $"{conflicts} conflicts");
    }

    // In a span of t: what a full minute's limit gives at once, what flows in t, and what routers held unused for so long
    // before: a part is given back six seconds after its last use, so what is still there was taken at most that much
    // earlier than it was due, and none of it is more than a tenth of the limit.
    private static void AssertHolds(List<TimeSpan> times, int limit, string context)
    {
        for (int first = 0; first < times.Count; first += 7)
        {
            for (int last = first; last < times.Count; last += 3)
            {
                double minutes = (times[last] - times[first]).TotalMinutes;
                int held = 3 * Math.Max(1, Math.Max(limit / 10, (limit + 59) / 60));
                Assert.True(
                    last - first + 1 <= Math.Floor(limit * (1 + minutes)) + held,
                    $"{context}: {last - first + 1} requests in {minutes:0.000} minutes"
                );
            }
        }
    }
}
