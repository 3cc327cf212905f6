using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;
using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.EndToEnd.Stories;

/// <summary><c>llmop inspect</c> of models that lie elsewhere: only their headers travel.</summary>
public sealed class InspectStories
{
    // Larger than what is fetched of a part for its header.
    private const int TensorSide = 1024;
    private const string Repository = "acme/split-GGUF";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inspect_NameOfTheOllamaLibrary_ShowsTheModel()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromFile(DemoModelFile.Path);
        registry.Ollama.Add("demo:v1", content);

        JsonNode found = await InspectAsync("ollama:demo:v1", "--ollama-registry", registry.Address);

        Assert.Equal(content.Digest.ToString(), (string?)found["digest"]);
        Assert.Equal(content.Length, (long)found["fileBytes"]!);
        Assert.StartsWith("sha256:", (string?)found["chatTemplateSha256"], StringComparison.Ordinal);
        Assert.All(found["keyValueHeads"]!.AsArray(), heads => Assert.True((int)heads! > 0));
    }

    [Fact]
    public async Task Inspect_SplitModelOfTheHub_ReadsTheHeadersOfAllParts()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        for (int part = 0; part < 3; part++)
        {
            registry.HuggingFace.Add(
                Repository,
                $"big-Q8_0-0000{part + 1}-of-00003.gguf",
                RegistryContent.FromBytes(Part(part))
            );
        }

        JsonNode found = await InspectAsync($"hf:{Repository}:Q8_0", "--huggingface", registry.Address);

        Assert.Equal(3, (long)found["parts"]!);
        Assert.Equal(3, (long)found["tensors"]!);
        Assert.Equal(3L * TensorSide * TensorSide, (long)found["parameters"]!);
        Assert.Equal(HuggingFaceRoutes.CommitOf(Repository), (string?)found["revision"]);
        Assert.InRange(registry.SentBytes, 1, 4 << 20);
    }

    [Fact]
    public async Task Inspect_SplitModelAtAnAddress_NamesThePartThatIsMissing()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        Uri first = registry.AddFile("m-00001-of-00002.gguf", RegistryContent.FromBytes(Part(0)));

        await using LlmopProcess inspect = await LlmopProcess.RunAsync(
            null,
            Token,
            "inspect",
            first.ToString()
        );

        Assert.NotEqual(0, inspect.ExitCode);
        Assert.Contains("m-00002-of-00002.gguf", inspect.Output, StringComparison.Ordinal);
    }

    private static async Task<JsonNode> InspectAsync(string source, string option, Uri address)
    {
        await using LlmopProcess inspect = await LlmopProcess.RunAsync(
            null,
            Token,
            "inspect",
            source,
            "-o",
            "json",
            option,
            address.ToString()
        );
        Assert.True(inspect.ExitCode == 0, inspect.Output);
        return JsonNode.Parse(inspect.Output)!;
    }

    private static byte[] Part(int number)
    {
        GgufBuilder builder = number == 0 ? new GgufBuilder().Text("general.architecture", "llama") : new();
        return builder
            .UInt32("split.no", (uint)number)
            .UInt32("split.count", 3)
            .UInt32("split.tensors.count", 3)
            .Tensor($"t{number}", GgmlType.F32, [TensorSide, TensorSide])
            .Build();
    }
}
