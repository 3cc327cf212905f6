using LlmOperator.NodeAgent.Residents;

namespace LlmOperator.NodeAgent.Tests.Residents;

/// <summary>
/// Six models that take turns on one device of 24 GiB, for an hour of virtual time: requests arrive, engines are killed,
/// the agent restarts. Loading and leaving take their time and hold their bytes meanwhile.
/// </summary>
internal sealed class FleetReplay(Random random, FleetReplay.Choice choose)
{
    /// <summary>Says who has to leave; null when nobody can.</summary>
    public delegate IReadOnlyList<Resident>? Choice(
        IReadOnlyDictionary<string, long> needs,
        IReadOnlyDictionary<string, long> room,
        IReadOnlyCollection<Resident> residents
    );

    private const long Gi = 1L << 30;
    private const double SecondsPerGi = 1.5;
    private const int LeaveSeconds = 1;
    private static readonly long[] s_sizes = [4, 6, 8, 10, 14, 20];
    private static readonly double[] s_requestsPerMinute = [3, 2, 1.5, 1, 0.5, 0.25];
    private readonly double[] _loadedAt = [.. s_sizes.Select(_ => double.PositiveInfinity)];
    private readonly double[] _goneAt = [.. s_sizes.Select(_ => 0.0)];
    private readonly double[] _busyUntil = new double[s_sizes.Length];
    private readonly double[] _usedAt = new double[s_sizes.Length];
    private readonly Queue<int> _waiting = new();

    /// <summary>Most bytes that were held at any second.</summary>
    public long Most { get; private set; }

    /// <summary>Models that left so that another could be loaded.</summary>
    public int Swaps { get; private set; }

    /// <summary>Seconds spent loading.</summary>
    public double LoadSeconds { get; private set; }

    /// <summary>Requests that were answered.</summary>
    public int Answered { get; private set; }

    public static long Budget => 24 * Gi;

    public FleetReplay Run(int seconds = 3600)
    {
        for (int now = 1; now <= seconds; now++)
        {
            Arrive(now);
            if (random.Next(300) == 0)
            {
                Kill(random.Next(s_sizes.Length), now);
            }

            if (now % 1200 == 0)
            {
                // The agent restarts: nothing is in memory.
                Enumerable.Range(0, s_sizes.Length).ToList().ForEach(i => Kill(i, now));
            }

            Serve(now);
            Most = Math.Max(Most, Enumerable.Range(0, s_sizes.Length).Sum(i => Held(i, now)));
        }

        return this;
    }

    private void Arrive(int now)
    {
        for (int i = 0; i < s_sizes.Length; i++)
        {
            if (random.NextDouble() < s_requestsPerMinute[i] / 60)
            {
                _waiting.Enqueue(i);
            }
        }
    }

    private void Serve(int now)
    {
        for (int turn = _waiting.Count; turn > 0; turn--)
        {
            int model = _waiting.Dequeue();
            if (_loadedAt[model] <= now)
            {
                _busyUntil[model] = Math.Max(_busyUntil[model], now + 3 + random.Next(10));
                _usedAt[model] = _busyUntil[model];
                Answered++;
            }
            else
            {
                if (double.IsPositiveInfinity(_loadedAt[model]) && _goneAt[model] <= now)
                {
                    Load(model, now);
                }

                _waiting.Enqueue(model);
            }
        }
    }

    private void Load(int model, int now)
    {
        Dictionary<string, long> needs = new() { ["GPU"] = s_sizes[model] * Gi };
        Dictionary<string, long> room = new() { ["GPU"] = Budget };
        List<Resident> residents =
        [
            .. Enumerable.Range(0, s_sizes.Length).Where(i => Held(i, now) > 0).Select(i => Describe(i, now)),
        ];
        if (ResidencyPolicy.Fits(needs, room, residents))
        {
            _loadedAt[model] = now + (s_sizes[model] * SecondsPerGi);
            _busyUntil[model] = _usedAt[model] = _loadedAt[model];
            LoadSeconds += s_sizes[model] * SecondsPerGi;
            return;
        }

        foreach (Resident leaver in choose(needs, room, residents) ?? [])
        {
            Swaps++;
            Kill(int.Parse(leaver.Name, System.Globalization.CultureInfo.InvariantCulture), now);
        }
    }

    /// <summary>Plain least-recently-used: the longest idle leaves until there is room.</summary>
    public static IReadOnlyList<Resident>? LeastRecentlyUsed(
        IReadOnlyDictionary<string, long> needs,
        IReadOnlyDictionary<string, long> room,
        IReadOnlyCollection<Resident> residents
    )
    {
        List<Resident> staying = [.. residents.Where(r => !r.IsLeaving)];
        List<Resident> leaving = [];
        foreach (
            Resident resident in staying
                .Where(r => r.Idle > TimeSpan.Zero)
                .OrderByDescending(r => r.Idle)
                .ToList()
        )
        {
            if (ResidencyPolicy.Fits(needs, room, staying))
            {
                break;
            }

            leaving.Add(resident);
            staying.Remove(resident);
        }

        return ResidencyPolicy.Fits(needs, room, staying) ? leaving : null;
    }

    private Resident Describe(int model, int now) =>
        new(
            $"{model}",
            new Dictionary<string, long> { ["GPU"] = Held(model, now) },
            TimeSpan.FromSeconds(Math.Max(0, now - Math.Max(_busyUntil[model], _usedAt[model]))),
            TimeSpan.FromSeconds(s_sizes[model] * SecondsPerGi),
            IsLeaving: double.IsPositiveInfinity(_loadedAt[model])
        );

    private void Kill(int model, int now)
    {
        if (Held(model, now) > 0 && !double.IsPositiveInfinity(_loadedAt[model]))
        {
            _goneAt[model] = now + LeaveSeconds;
            _loadedAt[model] = double.PositiveInfinity;
            _busyUntil[model] = now;
        }
    }

    private long Held(int model, double now) =>
        !double.IsPositiveInfinity(_loadedAt[model]) || _goneAt[model] > now ? s_sizes[model] * Gi : 0;
}
