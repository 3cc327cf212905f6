using System.Globalization;
using System.Text.RegularExpressions;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Engines.Tests.Memory;

/// <summary>Projectors and adapters, loaded by the engine: what it says of them, beside what is planned.</summary>
public sealed partial class CompanionsAgainstEngineTests(SoftwareGpuFixture gpu)
    : IClassFixture<SoftwareGpuFixture>
{
    private const double Mebibyte = 1 << 20;

    // The engine prints hundredths of a MiB, once for each encoder and buffer.
    private const double RoundingMebibytes = 0.02;

    // What the bound may count above the engine, for kinds that take one size of image.
    private const double MostAbove = 1.15;

    private static readonly ModelShape s_model = new() { Embedding = 512, HeadLength = 128 };

    private static readonly ProjectorShape s_small = new()
    {
        ImageSize = 448,
        Embedding = 512,
        FeedForward = 2048,
        Heads = 8,
        Layers = 6,
        Projection = 512,
    };

    private static readonly Dictionary<string, ProjectorShape> s_shapes = new()
    {
        ["gemma3"] = s_small,
        ["gemma3, narrow feed-forward"] = s_small with { FeedForward = 512 },
        ["gemma3, wide feed-forward"] = s_small with { FeedForward = 4096 },
        ["gemma3, larger images"] = s_small with { ImageSize = 896 },
        ["gemma3, larger patches"] = s_small with { PatchSize = 28 },
        ["idefics3"] = s_small with { Kind = "idefics3", PatchSize = 16, ImageSize = 512, Scale = 4 },
        ["mlp"] = s_small with { Kind = "mlp", ImageSize = 336 },
        ["pixtral"] = s_small with { Kind = "pixtral", PatchSize = 16, ImageSize = 1024 },
        ["qwen2vl"] = s_small with { Kind = "qwen2vl_merger", ImageSize = 560, Layers = 2 },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int, bool> Projectors
    {
        get
        {
            TheoryData<string, int, bool> cases = [];
            foreach (string name in s_shapes.Keys)
            {
                cases.Add(name, 1, true);
            }

            cases.Add("gemma3", 0, true);
            cases.Add("gemma3", 2, true);
            cases.Add("gemma3", 1, false);
            cases.Add("mlp", 1, false);
            cases.Add("qwen2vl", 0, true);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Projectors))]
    public async Task Plan_Projector_IsNotBelowTheEngine(string name, int devices, bool flashAttention)
    {
        ProjectorShape shape = s_shapes[name];
        string folder = gpu.NewFolder();
        string model = await WriteModelAsync(folder);
        string projector = Path.Combine(folder, "mmproj.gguf");
        shape.Builder().WriteFile(projector);
        LoadParameters load = new() { DeviceCount = devices, FlashAttention = flashAttention };
        MemoryPlan with = await PlanAsync(model, load, projector, null);
        EngineLaunch launch = Launch(model, load, folder);

        EngineProjection alone = await gpu.Engine.ProjectAsync(launch, Token);
        EngineProjection both = await gpu.Engine.ProjectAsync(
            launch with
            {
                ProjectorPath = projector,
            },
            Token
        );

        bool oneSize = shape.Kind is "gemma3" or "idefics3" or "mlp";
        for (int place = 0; place <= devices; place++)
        {
            double engine = (Row(both, place) - Row(alone, place)) / Mebibyte;
            double planned =
                with.Devices[place]
                    .Terms.Where(term =>
                        term.Kind is MemoryTermKind.ProjectorWeights or MemoryTermKind.ProjectorCompute
                    )
                    .Sum(term => term.Bytes) / Mebibyte;
            string difference =
                $"{name} at {place}: planned {planned:0.00}, the engine says {engine:0.00} MiB";
            TestContext.Current.TestOutputHelper?.WriteLine(difference);
            Assert.True(planned >= engine - RoundingMebibytes, difference);
            Assert.True(!oneSize || planned <= (engine * MostAbove) + RoundingMebibytes, difference);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Plan_Adapter_IsTheEnginesBuffer(int devices, bool output)
    {
        string folder = gpu.NewFolder();
        string model = await WriteModelAsync(folder);
        string adapter = Path.Combine(folder, "adapter.gguf");
        new AdapterShape
        {
            Model = s_model,
            Rank = 64,
            Output = output,
        }
            .Builder()
            .WriteFile(adapter);
        LoadParameters load = new() { DeviceCount = devices };
        MemoryPlan plan = await PlanAsync(model, load, null, adapter);
        List<string> log = [];
        EngineLaunch launch = Launch(model, load, folder) with
        {
            AdapterPaths = [adapter],
            OnLine = line =>
            {
                lock (log)
                {
                    log.Add(line);
                }
            },
        };

        // Its buffers are in the log from this level on.
        LlamaServerEngine loud = new(
            gpu.Command with
            {
                Arguments = ["--verbosity", "4"],
            },
            TimeProvider.System
        );
        await using (IEngineInstance instance = await loud.StartAsync(launch, Token))
        {
            Assert.NotNull(instance.ProcessId);
        }

        Dictionary<string, double> buffers = [];
        foreach (Match match in log.Select(line => AdapterBuffer().Match(line)).Where(m => m.Success))
        {
            string name = match.Groups["name"].Value;
            name = name.StartsWith("CPU", StringComparison.Ordinal) ? EngineProjection.HostName : name;
            buffers[name] =
                buffers.GetValueOrDefault(name)
                + double.Parse(match.Groups["size"].Value, CultureInfo.InvariantCulture);
        }

        Assert.NotEmpty(buffers);
        foreach (DeviceMemory device in plan.Devices)
        {
            double planned =
                device.Terms.Where(term => term.Kind == MemoryTermKind.AdapterWeights).Sum(term => term.Bytes)
                / Mebibyte;
            Assert.Equal(buffers.GetValueOrDefault(Name(device.DeviceIndex)), planned, RoundingMebibytes);
        }
    }

    // 0.00.310.112 I llama_adapter_lora_init_impl:    Vulkan0 LoRA buffer size =     0.63 MiB
    [GeneratedRegex(
        @": +(?<name>[A-Za-z0-9_]+) LoRA buffer size =\s+(?<size>[\d.]+) MiB",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex AdapterBuffer();

    private static long Row(EngineProjection projection, int place) =>
        place == 0
            ? projection.Host.TotalBytes
            : projection.Devices.Single(row => row.Name == Name(place - 1)).TotalBytes;

    private static string Name(int? device) =>
        device is { } index
            ? string.Create(CultureInfo.InvariantCulture, $"Vulkan{index}")
            : EngineProjection.HostName;

    private static EngineLaunch Launch(string model, LoadParameters load, string folder) =>
        new()
        {
            Alias = "companions",
            Model = model,
            Load = load,
            Devices = [.. Enumerable.Range(0, load.DeviceCount).Select(index => Name(index))],
            RuntimeFolder = folder,
        };

    private static async Task<string> WriteModelAsync(string folder)
    {
        string path = Path.Combine(folder, "model.gguf");
        await File.WriteAllBytesAsync(path, ModelShapes.Builder(s_model, new Random(1)).Build(), Token);
        return path;
    }

    private static async Task<MemoryPlan> PlanAsync(
        string model,
        LoadParameters load,
        string? projector,
        string? adapter
    ) =>
        MemoryPlanner.Plan(
            new ModelFiles
            {
                Parts = [await GgufReader.ReadFileAsync(model, Token)],
                Projector = projector is null ? null : await GgufReader.ReadFileAsync(projector, Token),
                Adapters = adapter is null ? [] : [await GgufReader.ReadFileAsync(adapter, Token)],
            },
            load
        );
}
