using System.CommandLine;
using System.Globalization;
using LlmOperator.Cli.Planning;
using LlmOperator.Models.Memory;

namespace LlmOperator.Cli.Commands;

/// <summary>How a file would be loaded, on the command line.</summary>
internal sealed class FilePlanOptionSet
{
    private const string AllLayers = "all";

    private readonly Option<int> _context = new("--context")
    {
        Description = "Tokens that each sequence may hold",
        DefaultValueFactory = _ => 4096,
        HelpName = "N",
    };

    private readonly Option<int> _parallel = new("--parallel")
    {
        Description = "Sequences at the same time, each with a cache of its own",
        DefaultValueFactory = _ => 1,
        HelpName = "P",
    };

    private readonly Option<string> _kvType = new("--kv-type")
    {
        Description = "Format of the cache: f32, f16, bf16, q8_0, q5_1, q5_0, q4_1, q4_0 or iq4_nl",
        DefaultValueFactory = _ => "f16",
        HelpName = "T",
    };

    private readonly Option<string> _flashAttention = new("--flash-attention")
    {
        Description = "on or off",
        DefaultValueFactory = _ => "on",
    };

    private readonly Option<string?> _gpuLayers = new("--gpu-layers")
    {
        Description = "Layers on the devices, counted from the last, the output being one; or all (default)",
        HelpName = "N|all",
    };

    private readonly Option<int?> _devices = new("--devices")
    {
        Description = "Devices; default: as many as --tensor-split has shares, 1 with --gpu-layers, else 0",
        HelpName = "N",
    };

    private readonly Option<string?> _tensorSplit = new("--tensor-split")
    {
        Description = "Share of each device, separated by commas; default: even",
        HelpName = "A,B",
    };

    private readonly Option<int> _microBatch = new("--micro-batch")
    {
        Description = "Tokens of a physical batch",
        DefaultValueFactory = _ => 512,
        HelpName = "N",
    };

    private readonly Option<int> _cpuExperts = new("--cpu-moe", "--cpu-expert-layers")
    {
        Description = "The first so many layers keep their experts on the host",
        HelpName = "N",
    };

    private readonly Option<bool> _unified = new("--unified-cache")
    {
        Description = "One cache that all sequences share",
    };

    private readonly Option<string?> _projector = new("--projector", "--mmproj")
    {
        Description = "Multimodal projector loaded beside the model",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _adapters = new("--adapter", "--lora")
    {
        Description = "Adapter (LoRA) loaded beside the model; may be repeated",
        HelpName = "FILE",
    };

    /// <summary>Creates the set.</summary>
    public FilePlanOptionSet()
    {
        _flashAttention.AcceptOnlyFromAmong("on", "off");
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (
            Option option in (Option[])
                [
                    _context,
                    _parallel,
                    _kvType,
                    _flashAttention,
                    _gpuLayers,
                    _devices,
                    _tensorSplit,
                    _microBatch,
                    _cpuExperts,
                    _unified,
                    _projector,
                    _adapters,
                ]
        )
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what was given.</summary>
    /// <exception cref="CliException">A value is not what its option takes.</exception>
    public FilePlanRequest Read(ParseResult result, string file)
    {
        List<double> split = Shares(result.GetValue(_tensorSplit));
        string? layers = result.GetValue(_gpuLayers);
        int devices =
            result.GetValue(_devices)
            ?? (
                split.Count > 0 ? split.Count
                : layers is null or "0" ? 0
                : 1
            );
        return new FilePlanRequest(
            file,
            new LoadParameters
            {
                ContextLength = result.GetValue(_context),
                ParallelSequences = result.GetValue(_parallel),
                KvCacheType = Cache(result.GetRequiredValue(_kvType)),
                FlashAttention = result.GetValue(_flashAttention) == "on",
                DeviceCount = devices,
                GpuLayers = Layers(layers),
                // One device takes all, whatever its share.
                TensorSplit = devices < 2 && split.Count == 1 ? [] : split,
                MicroBatch = result.GetValue(_microBatch),
                CpuExpertLayers = result.GetValue(_cpuExperts),
                UnifiedCache = result.GetValue(_unified),
            },
            result.GetValue(_projector),
            result.GetValue(_adapters) ?? []
        );
    }

    /// <summary>What was given of context, sequences and cache, for models that say something themselves.</summary>
    /// <exception cref="CliException">A value is not what its option takes.</exception>
    public FleetPlanSettings ReadFleet(ParseResult result) =>
        new()
        {
            ContextLength = IsGiven(result, _context) ? result.GetValue(_context) : null,
            ParallelSequences = IsGiven(result, _parallel) ? result.GetValue(_parallel) : null,
            KvCacheType = IsGiven(result, _kvType)
                ? Enum.Parse<Api.V1Alpha1.KvCacheType>(Cache(result.GetRequiredValue(_kvType)).ToString())
                : null,
        };

    private static bool IsGiven(ParseResult result, Option option) =>
        result.GetResult(option) is { Implicit: false };

    private static KvCacheType Cache(string text) =>
        Enum.GetNames<KvCacheType>()
            .FirstOrDefault(name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            is { } known
            ? Enum.Parse<KvCacheType>(known)
            : throw new CliException(
                $"--kv-type takes one of {string.Join(", ", Enum.GetNames<KvCacheType>().Select(name => name.ToLowerInvariant()))}, not '{text}'."
            );

    private static int? Layers(string? text) =>
        text is null || string.Equals(text, AllLayers, StringComparison.OrdinalIgnoreCase) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int layers) ? layers
        : throw new CliException($"--gpu-layers takes a whole number or 'all', not '{text}'.");

    private static List<double> Shares(string? text)
    {
        List<double> shares = [];
        foreach (string part in text?.Split(',') ?? [])
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double share))
            {
                throw new CliException(
                    $"--tensor-split takes numbers separated by commas, such as 3,1, not '{text}'."
                );
            }

            shares.Add(share);
        }

        return shares;
    }
}
