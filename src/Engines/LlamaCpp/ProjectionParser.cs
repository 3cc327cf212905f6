using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Reads the projection out of the log that <c>--fit on --verbosity 5</c> writes.</summary>
internal sealed partial class ProjectionParser
{
    private const double Mebibyte = 1 << 20;
    private readonly List<ProjectedDevice> _rows = [];
    private double _kvCacheMebibytes;
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
        else if (_fitting && KvCache().Match(line) is { Success: true } cache)
        {
            _kvCacheMebibytes += double.Parse(cache.Groups["size"].Value, CultureInfo.InvariantCulture);
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
                    host.Sum(row => row.ComputeBytes)
                ),
                .. _rows.Where(row => !IsHost(row)),
            ],
            KvCacheBytes = (long)(_kvCacheMebibytes * Mebibyte),
        };
    }

    private static bool IsHost(ProjectedDevice row) =>
        string.Equals(row.Name, EngineProjection.HostName, StringComparison.Ordinal)
        || row.Name.StartsWith("CPU", StringComparison.Ordinal);

    private static long Bytes(string mebibytes) =>
        long.Parse(mebibytes, CultureInfo.InvariantCulture) * (long)Mebibyte;
}
