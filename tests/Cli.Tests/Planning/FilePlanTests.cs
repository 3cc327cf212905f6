using System.CommandLine;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Commands;
using LlmOperator.Cli.Planning;
using LlmOperator.Models.Memory;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Cli.Tests.Planning;

public sealed class FilePlanTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-plan-");
    private static readonly FilePlanner s_planner = new(
        new SourceSettings { AllowLoopback = true },
        null,
        TimeProvider.System
    );
    private readonly string _model;

    public FilePlanTests()
    {
        _model = Path.Combine(_folder.FullName, "tiny.gguf");
        File.WriteAllBytes(_model, ModelShapes.TinyLlama());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Json_TwoDevices_HasTheHostAndEachDeviceInWholeBytes()
    {
        FilePlanRequest request = Parse(
            "--context 1024 --parallel 2 --kv-type q8_0 --flash-attention on --gpu-layers all --devices 2 --tensor-split 3,1"
        );

        JsonNode document = JsonNode.Parse(
            FilePlanReport.Json(request, await s_planner.PlanAsync(request, Token))
        )!;

        JsonArray devices = document["devices"]!.AsArray();
        Assert.Equal(["host", "device0", "device1"], devices.Select(d => d!["name"]!.GetValue<string>()));
        Assert.All(
            devices,
            device =>
            {
                long total = device!["totalBytes"]!.GetValue<long>();
                Assert.Equal(
                    total,
                    device["weightsBytes"]!.GetValue<long>()
                        + device["kvCacheBytes"]!.GetValue<long>()
                        + device["computeBytes"]!.GetValue<long>()
                );
                Assert.Equal(
                    total + device["overheadBytes"]!.GetValue<long>(),
                    device["terms"]!.AsArray().Sum(term => term!["bytes"]!.GetValue<long>())
                );
            }
        );
        // 2 layers of 2 heads of 16, keys and values in 8.5 bits, 1024 cells for each of 2 sequences.
        Assert.Equal(2 * 2 * 34 * 1024 * 2, devices.Sum(d => d!["kvCacheBytes"]!.GetValue<long>()));
    }

    public static TheoryData<string> Schemes => ["ollama", "oci", "http"];

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task Text_ModelAtASource_IsThatOfTheFile(string scheme)
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromFile(_model);
        registry.Ollama.Add("team/tiny:v1", content);
        registry.Oci.Add("team/copy", "v1", content);
        string source = scheme switch
        {
            "ollama" => $"ollama:{registry.Address.Authority}/team/tiny:v1",
            "oci" => $"oci://{registry.Address.Authority}/team/copy:v1",
            _ => registry.AddFile("tiny.gguf", content).ToString(),
        };
        FilePlanRequest request = Parse("--context 1024");

        MemoryPlan expected = await s_planner.PlanAsync(request, Token);
        MemoryPlan plan = await s_planner.PlanAsync(request with { File = source }, Token);

        Assert.Equal(FilePlanReport.Text(expected), FilePlanReport.Text(plan));
    }

    [Fact]
    public async Task Plan_SourceThatDoesNotAnswer_IsOneSentence()
    {
        CliException error = await Assert.ThrowsAsync<CliException>(() =>
            s_planner.PlanAsync(Parse("") with { File = "oci://127.0.0.1:9/team/tiny:v1" }, Token)
        );

        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_OneDevice_ShowsEveryTerm()
    {
        FilePlanRequest request = Parse("--context 1024 --gpu-layers all");

        string text = FilePlanReport.Text(await s_planner.PlanAsync(request, Token));

        foreach (
            string words in (string[])
                ["device0", "input weights", "layer weights", "attention cache", "overhead"]
        )
        {
            Assert.Contains(words, text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("--gpu-layers 0", 0)]
    [InlineData("--gpu-layers 2", 1)]
    [InlineData("--tensor-split 1,1,2", 3)]
    [InlineData("--devices 2 --gpu-layers all", 2)]
    public void Read_DevicesLeftOut_FollowTheOtherOptions(string line, int devices) =>
        Assert.Equal(devices, Parse(line).Load.DeviceCount);

    [Theory]
    [InlineData("--kv-type q9", "--kv-type")]
    [InlineData("--gpu-layers many", "--gpu-layers")]
    [InlineData("--tensor-split 1,x", "--tensor-split")]
    public void Read_ImpossibleValue_NamesTheOption(string line, string expected) =>
        Assert.Contains(
            expected,
            Assert.Throws<CliException>(() => Parse(line)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public async Task PlanAsync_ImpossibleParameters_AreOneSentence()
    {
        FilePlanRequest request = Parse("--kv-type q8_0 --flash-attention off");

        CliException error = await Assert.ThrowsAsync<CliException>(() =>
            s_planner.PlanAsync(request, Token)
        );

        Assert.Contains("flash attention", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_ProjectorThatIsAModel_IsRefused()
    {
        FilePlanRequest request = Parse("") with { Projector = _model };

        CliException error = await Assert.ThrowsAsync<CliException>(() =>
            s_planner.PlanAsync(request, Token)
        );

        Assert.Contains("projector", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlanAsync_ProjectorAndAdaptersByTheEnginesNames_AreTermsOfThePlan()
    {
        string projector = Path.Combine(_folder.FullName, "mmproj.gguf");
        new ProjectorShape().Builder().WriteFile(projector);
        string adapter = Path.Combine(_folder.FullName, "adapter.gguf");
        GgufBuilder builder = new AdapterShape().Builder();
        builder.WriteFile(adapter);
        FilePlanRequest request = Parse(
            $"--devices 1 --mmproj {projector} --lora {adapter} --lora {adapter}"
        );

        MemoryPlan plan = await s_planner.PlanAsync(request, Token);

        MemoryTermKind[] kinds = [.. plan.Devices[1].Terms.Select(term => term.Kind)];
        Assert.Contains(MemoryTermKind.ProjectorWeights, kinds);
        Assert.Contains(MemoryTermKind.ProjectorCompute, kinds);
        Assert.Equal(
            2 * builder.DataLength,
            plan.Devices[1].Terms.Single(term => term.Kind == MemoryTermKind.AdapterWeights).Bytes
        );
    }

    private FilePlanRequest Parse(string line)
    {
        FilePlanOptionSet options = new();
        Command command = new("plan");
        options.AddTo(command);
        return options.Read(command.Parse(line), _model);
    }
}
