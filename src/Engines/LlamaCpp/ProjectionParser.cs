using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Reads the projection out of the log that <c>--fit on --verbosity 5</c> writes.</summary>
internal sealed partial class ProjectionParser
{
    private const double Mebibyte = 1 << 20;
    private readonly List<ProjectedDevice> _rows = [];
    private readonly Dictionary<string, double> _buffers = [];
    private readonly Dictionary<string, double> _projectors = [];
    private double _kvCacheMebibytes;
    private double _recurrentMebibytes;
    private bool _fitting;

    // 0.00.006.838 I common_memory_breakdown_print: | memory breakdown [MiB] | total   free    self   model   context   compute    unaccounted |
    // 0.00.006.838 I common_memory_breakdown_print: |   - CUDA0 (RTX 4090)   | 24077 = 945 + (19187 = 17904 +     384 +     898) +        3945 |
    // 0.00.006.838 I common_memory_breakdown_print: |   - Host               |                 1978 =   822 +    1024 +     132                |
    // 0.00.006.838 I common_memory_breakdown_print: |   - CPU_REPACK         |                 3744 =  3744 +       0 +       0                |
    [GeneratedRegex(
        @"breakdown_print: \|\s+- (?<name>[A-Za-z0-9_]+)[^|]*\|[^|]*?(?<self>\d+) =\s+(?<model>\d+) \+\s+(?<context>\d+) \+\s+(?<compute>\d+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Row();

    // 0.00.006.202 I llama_kv_cache: size = 1024.00 MiB (  8192 cells,  32 layers,  1/1 seqs), K (f16): ...
    [GeneratedRegex(
        @"llama_kv_cache: size =\s+(?<size>[\d.]+) MiB",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex KvCache();

    // 0.00.258.589 I sched_reserve:    Vulkan0 compute buffer size =     6.00 MiB
    // 0.00.258.590 I sched_reserve: Vulkan_Host compute buffer size =     3.52 MiB
    // 0.00.247.112 I llama_context: Vulkan_Host  output buffer size =     0.49 MiB
    [GeneratedRegex(
        @": +(?<name>[A-Za-z0-9_]+) +(?<kind>compute|output) buffer size =\s+(?<size>[\d.]+) MiB",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Buffer();

    // 0.00.143.107 I llama_memory_recurrent: size =  171.25 MiB (     1 cells,  64 layers,  1 seqs  1 rs_seq), R (f32): ...
    [GeneratedRegex(
        @"llama_memory_recurrent: size =\s+(?<size>[\d.]+) MiB",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Recurrent();

    // 0.00.111.256 D srv    load_model: [mtmd] adding 1.13 MiB to fit_params_target for device Vulkan0
    [GeneratedRegex(
        @"\[mtmd\] adding (?<size>[\d.]+) MiB to fit_params_target for device (?<name>[A-Za-z0-9_]+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Projector();

    /// <summary>True when the first projection is complete; later ones belong to other arguments.</summary>
    public bool IsComplete { get; private set; }

    public void Add(string line)
    {
        if (IsComplete)
        {
            return;
        }

        if (line.Contains("getting device memory data for initial parameters", StringComparison.Ordinal))
        {
            _fitting = true;
        }
        else if (Projector().Match(line) is { Success: true } projector)
        {
            string name = projector.Groups["name"].Value;
            name = name.StartsWith("CPU", StringComparison.Ordinal) ? EngineProjection.HostName : name;
            _projectors[name] =
                _projectors.GetValueOrDefault(name)
                + double.Parse(projector.Groups["size"].Value, CultureInfo.InvariantCulture);
        }
        else if (_fitting && KvCache().Match(line) is { Success: true } cache)
        {
            _kvCacheMebibytes += double.Parse(cache.Groups["size"].Value, CultureInfo.InvariantCulture);
        }
        else if (_fitting && Recurrent().Match(line) is { Success: true } state)
        {
            _recurrentMebibytes += double.Parse(state.Groups["size"].Value, CultureInfo.InvariantCulture);
        }
        else if (_fitting && _rows.Count == 0 && Buffer().Match(line) is { Success: true } buffer)
        {
            // A buffer that is reserved again is named again; the last size holds.
            _buffers[$"{buffer.Groups["name"].Value} {buffer.Groups["kind"].Value}"] = double.Parse(
                buffer.Groups["size"].Value,
                CultureInfo.InvariantCulture
            );
        }
        else if (_fitting && Row().Match(line) is { Success: true } row)
        {
            _rows.Add(
                new ProjectedDevice(
                    row.Groups["name"].Value,
                    Bytes(row.Groups["model"].Value),
                    Bytes(row.Groups["context"].Value),
                    Bytes(row.Groups["compute"].Value)
                )
            );
        }
        else if (_rows.Count > 0 && !line.Contains("breakdown_print", StringComparison.Ordinal))
        {
            IsComplete = true;
        }
    }

    public EngineProjection Result()
    {
        // Rows of the CPU's special buffers (CPU_REPACK) are host memory too.
        ProjectedDevice[] host = [.. _rows.Where(IsHost)];
        return new EngineProjection
        {
            Devices =
            [
                new ProjectedDevice(
                    EngineProjection.HostName,
                    host.Sum(row => row.ModelBytes),
                    host.Sum(row => row.ContextBytes),
                    Exact(
                        host.Sum(row => row.ComputeBytes),
                        name => !_rows.Any(row => !IsHost(row) && row.Name == name)
                    ) + ProjectorBytes(EngineProjection.HostName)
                ),
                .. _rows
                    .Where(row => !IsHost(row))
                    .Select(row =>
                        row with
                        {
                            ComputeBytes =
                                Exact(row.ComputeBytes, name => name == row.Name) + ProjectorBytes(row.Name),
                        }
                    ),
            ],
            KvCacheBytes = (long)(_kvCacheMebibytes * Mebibyte),
            RecurrentStateBytes = (long)(_recurrentMebibytes * Mebibyte),
        };
    }

    // Weights and compute in one; the table does not have them.
    private long ProjectorBytes(string name) => (long)(_projectors.GetValueOrDefault(name) * Mebibyte);

    // The buffers' own lines are exact to a hundredth of a MiB; the rows of the table are rounded down to whole ones.
    private long Exact(long rounded, Func<string, bool> belongs)
    {
        double bytes =
            _buffers.Where(buffer => belongs(buffer.Key.Split(' ')[0])).Sum(buffer => buffer.Value)
            * Mebibyte;
        return Math.Max(rounded, (long)bytes);
    }

    private static bool IsHost(ProjectedDevice row) =>
        string.Equals(row.Name, EngineProjection.HostName, StringComparison.Ordinal)
        || row.Name.StartsWith("CPU", StringComparison.Ordinal);

    private static long Bytes(string mebibytes) =>
        long.Parse(mebibytes, CultureInfo.InvariantCulture) * (long)Mebibyte;
}
