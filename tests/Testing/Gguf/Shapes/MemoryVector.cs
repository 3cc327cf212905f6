using System.Globalization;
using LlmOperator.Models.Memory;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>One measurement: how a shape was loaded, and what the engine said it needs. All numbers in MiB.</summary>
public sealed record MemoryVector
{
    private const double Mebibyte = 1 << 20;
    private static readonly int[] s_contexts = [4096, 16_384, 65_536];
    private static readonly (KvCacheType Kv, bool Flash)[] s_caches =
    [
        (KvCacheType.F16, true),
        (KvCacheType.Q8_0, true),
        (KvCacheType.F16, false),
        (KvCacheType.F32, false),
    ];

    /// <summary>The host alone; one device with all layers; one with half of them; two with all.</summary>
    public static IReadOnlyList<string> Placements { get; } = ["cpu", "full", "half", "two"];

    public required string Shape { get; init; }

    public required string Placement { get; init; }

    public required int Context { get; init; }

    public required int Parallel { get; init; }

    public required KvCacheType Kv { get; init; }

    public required bool FlashAttention { get; init; }

    /// <summary>Key-value cache over all places, to a hundredth.</summary>
    public double KvCache { get; init; }

    /// <summary>Recurrent state over all places, to a hundredth.</summary>
    public double State { get; init; }

    /// <summary>By place, the host first; whole MiB, rounded down.</summary>
    public IReadOnlyList<double> Weights { get; init; } = [];

    /// <summary>Cache and state by place; whole MiB, rounded down.</summary>
    public IReadOnlyList<double> ContextMemory { get; init; } = [];

    /// <summary>By place, to a hundredth.</summary>
    public IReadOnlyList<double> Compute { get; init; } = [];

    /// <summary>What identifies the measurement.</summary>
    public string Key =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Shape};{Placement};{Context};{Parallel};{Kv};{(FlashAttention ? "on" : "off")}"
        );

    /// <summary>The engine's names of the devices.</summary>
    public IReadOnlyList<string> Devices =>
        Placement switch
        {
            "cpu" => [],
            "two" => ["Vulkan0", "Vulkan1"],
            _ => ["Vulkan0"],
        };

    /// <summary>Everything over all places.</summary>
    public double Total => Weights.Sum() + KvCache + State + Compute.Sum();

    /// <summary>Every configuration of a shape that is measured, without numbers.</summary>
    public static IEnumerable<MemoryVector> ConfigurationsOf(string shape) =>
        from placement in Placements
        from context in s_contexts
        from parallel in new[] { 1, 4 }
        from cache in s_caches
        select new MemoryVector
        {
            Shape = shape,
            Placement = placement,
            Context = context,
            Parallel = parallel,
            Kv = cache.Kv,
            FlashAttention = cache.Flash,
        };

    /// <summary>The vectors of a file; lines that start with # are comments.</summary>
    public static IEnumerable<MemoryVector> ReadFile(string path) =>
        File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(Parse);

    /// <summary>The parameters of the measurement for a model of so many layers.</summary>
    public LoadParameters Parameters(int layers)
    {
        LoadParameters load = new()
        {
            ContextLength = Context,
            ParallelSequences = Parallel,
            KvCacheType = Kv,
            FlashAttention = FlashAttention,
            DeviceCount = Devices.Count,
        };
        return Placement switch
        {
            "half" => load with { GpuLayers = layers / 2 },
            "two" => load with { TensorSplit = [1, 1] },
            _ => load,
        };
    }

    /// <summary>The same with what was measured, in bytes.</summary>
    public MemoryVector With(
        long cache,
        long state,
        IReadOnlyList<(long Weights, long Context, long Compute)> places
    ) =>
        this with
        {
            KvCache = cache / Mebibyte,
            State = state / Mebibyte,
            Weights = [.. places.Select(place => place.Weights / Mebibyte)],
            ContextMemory = [.. places.Select(place => place.Context / Mebibyte)],
            Compute = [.. places.Select(place => place.Compute / Mebibyte)],
        };

    /// <summary>One line: the key, cache, state, and by place weights, context memory and compute.</summary>
    public override string ToString() =>
        $"{Key};{Text(KvCache)};{Text(State)};{Text(Weights)};{Text(ContextMemory)};{Text(Compute)}";

    private static MemoryVector Parse(string line)
    {
        string[] fields = line.Split(';');
        return new MemoryVector
        {
            Shape = fields[0],
            Placement = fields[1],
            Context = int.Parse(fields[2], CultureInfo.InvariantCulture),
            Parallel = int.Parse(fields[3], CultureInfo.InvariantCulture),
            Kv = Enum.Parse<KvCacheType>(fields[4]),
            FlashAttention = fields[5] == "on",
            KvCache = Number(fields[6]),
            State = Number(fields[7]),
            Weights = Numbers(fields[8]),
            ContextMemory = Numbers(fields[9]),
            Compute = Numbers(fields[10]),
        };
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double[] Numbers(string text) => [.. text.Split(',').Select(Number)];

    private static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(IReadOnlyList<double> numbers) => string.Join(',', numbers.Select(Text));
}
