using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LlmOperator.Engines;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Bench.Memory;

/// <summary>
/// Small models with random weights, really loaded: what was planned, what the engine projected, the sizes of the
/// buffers in its log, and what the process holds.
/// </summary>
internal sealed partial class Loads(LlamaServerEngine engine)
{
    private const double Mebibyte = 1 << 20;

    private static readonly ModelShape s_llama = new()
    {
        Layers = 12,
        Embedding = 768,
        Heads = 12,
        KvHeads = 4,
        HeadLength = 64,
        FeedForward = 2048,
        Context = 32_768,
    };

    private static readonly (string Name, ModelShape Shape)[] s_models =
    [
        ("llama", s_llama),
        ("qwen3", s_llama with { Architecture = "qwen3", AttentionNorm = true, HeadLength = 128 }),
        (
            "gemma2",
            s_llama with
            {
                Architecture = "gemma2",
                PostNorms = true,
                Tied = true,
                SlidingWindow = 512,
            }
        ),
    ];

    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        StringBuilder text = new();
        text.AppendLine(
            "| model | devices | place | planned: weights + cache + compute | projected | buffers in the log |"
        );
        text.AppendLine("|---|---|---|---|---|---|");
        StringBuilder observed = new();
        observed.AppendLine(
            "\n| model | devices | planned, all places | held by the process (Pss) | ratio |"
        );
        observed.AppendLine("|---|---|---|---|---|");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("loads-");
        try
        {
            foreach ((string name, ModelShape shape) in s_models)
            {
                string path = Path.Combine(folder.FullName, $"{name}.gguf");
                await File.WriteAllBytesAsync(
                    path,
                    ModelShapes.Builder(shape, new Random(1)).Build(),
                    cancellationToken
                );
                foreach (int devices in (int[])[0, 1, 2])
                {
                    await LoadAsync(name, path, devices, folder.FullName, text, observed, cancellationToken);
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return text.ToString() + observed;
    }

    // 0.00.268.674 I load_tensors:      Vulkan0 model buffer size =     1.22 MiB
    // 0.00.311.242 I llama_kv_cache:    Vulkan1 KV buffer size =     0.96 MiB
    [GeneratedRegex(
        @": +(?<name>[A-Za-z0-9_]+) +(?<kind>model|KV|RS|compute|output) buffer size =\s+(?<size>[\d.]+) MiB",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Buffer();

    private async Task LoadAsync(
        string name,
        string path,
        int devices,
        string folder,
        StringBuilder text,
        StringBuilder observed,
        CancellationToken cancellationToken
    )
    {
        LoadParameters load = new()
        {
            ContextLength = 8192,
            ParallelSequences = 2,
            DeviceCount = devices,
        };
        MemoryPlan plan = MemoryPlanner.Plan(await GgufReader.ReadFileAsync(path, cancellationToken), load);
        List<string> log = [];
        EngineLaunch launch = new()
        {
            Alias = name,
            Model = path,
            Load = load,
            Devices = [.. Enumerable.Range(0, devices).Select(i => $"Vulkan{i}")],
            RuntimeFolder = Path.Combine(folder, $"{name}-{devices}"),
            OnLine = line =>
            {
                lock (log)
                {
                    log.Add(line);
                }
            },
        };
        EngineProjection projection = await engine.ProjectAsync(launch, cancellationToken);
        log.Clear();
        await using IEngineInstance instance = await engine.StartAsync(launch, cancellationToken);
        double held = Held(instance.ProcessId ?? 0);
        Dictionary<string, double[]> buffers = Buffers(log, devices);
        foreach (DeviceMemory device in plan.Devices)
        {
            string place = device.DeviceIndex is { } index ? $"Vulkan{index}" : EngineProjection.HostName;
            ProjectedDevice? row = projection.Devices.FirstOrDefault(d => d.Name == place);
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {name} | {devices} | {device.Name} | {device.WeightsBytes / Mebibyte:0.0} + {device.KvCacheBytes / Mebibyte:0.0} + {device.ComputeBytes / Mebibyte:0.0} | {(row?.ModelBytes ?? 0) / Mebibyte:0} + {(row?.ContextBytes ?? 0) / Mebibyte:0} + {(row?.ComputeBytes ?? 0) / Mebibyte:0.0} | {string.Join(" + ", buffers[place].Select(b => b.ToString("0.0", CultureInfo.InvariantCulture)))} |"
            );
        }

        double planned = plan.Devices.Sum(d => d.WeightsBytes + d.KvCacheBytes + d.ComputeBytes) / Mebibyte;
        observed.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {name} | {devices} | {planned:0.0} | {held:0.0} | {held / planned:0.00} × |"
        );
    }

    private static Dictionary<string, double[]> Buffers(List<string> log, int devices)
    {
        Dictionary<string, double[]> buffers = new() { [EngineProjection.HostName] = new double[3] };
        for (int i = 0; i < devices; i++)
        {
            buffers[$"Vulkan{i}"] = new double[3];
        }

        Dictionary<string, double> last = [];
        foreach (string line in log)
        {
            if (Buffer().Match(line) is { Success: true } match)
            {
                // A model may have several caches; any other buffer that is named again has been made anew.
                string key = $"{match.Groups["name"].Value} {match.Groups["kind"].Value}";
                bool adds = match.Groups["kind"].Value is "KV" or "RS";
                last[key] =
                    (adds ? last.GetValueOrDefault(key) : 0)
                    + double.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture);
            }
        }

        foreach ((string key, double size) in last)
        {
            string[] parts = key.Split(' ');
            string place = buffers.ContainsKey(parts[0]) ? parts[0] : EngineProjection.HostName;
            int column =
                parts[1] == "model" ? 0
                : parts[1] is "KV" or "RS" ? 1
                : 2;
            buffers[place][column] += size;
        }

        return buffers;
    }

    // Private and mapped memory of the process, as the kernel counts it.
    private static double Held(int process)
    {
        string path = $"/proc/{process.ToString(CultureInfo.InvariantCulture)}/smaps_rollup";
        long kibibytes = File.ReadLines(path)
            .Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Select(line =>
                long.Parse(
                    line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                    CultureInfo.InvariantCulture
                )
            )
            .Single();
        return kibibytes / 1024.0;
    }
}
