using System.Text.Json.Nodes;
using LlmOperator.Cli.Inspection;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Cli.Tests.Inspection;

public sealed class InspectTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-inspect-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Model_File_ShowsShapeTypesAndTemplate()
    {
        string path = Write("tiny.gguf", ModelShapes.TinyLlama());

        InspectedFile found = await InspectAsync(path);
        JsonNode document = JsonNode.Parse(InspectReport.Json(found))!;

        Assert.Equal("llama", document["architecture"]!.GetValue<string>());
        Assert.Equal("model", document["kind"]!.GetValue<string>());
        Assert.Equal(found.Parts[0].Tensors.Count, document["tensors"]!.GetValue<long>());
        Assert.Equal(
            found.Parts[0].Tensors.Sum(tensor => tensor.SizeBytes),
            document["tensorTypes"]!.AsArray().Sum(type => type!["bytes"]!.GetValue<long>())
        );
        Assert.Equal(
            $"sha256:{found.Facts.ChatTemplateSha256}",
            document["chatTemplateSha256"]!.GetValue<string>()
        );
        string text = InspectReport.Text(found);
        Assert.Contains("Trained context", text, StringComparison.Ordinal);
        Assert.Contains("F32", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Adapter", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "[2]", "2")]
    [InlineData(new[] { 2, 0 }, "[2,0]", "2, 0")]
    public async Task Model_KeyValueHeads_AreNumbers(int[]? byLayer, string json, string text)
    {
        string path = Write(
            "heads.gguf",
            ModelShapes.Builder(new ModelShape { KvHeadsByLayer = byLayer }, null).Build()
        );

        InspectedFile found = await InspectAsync(path);

        Assert.Equal(json, JsonNode.Parse(InspectReport.Json(found))!["keyValueHeads"]!.ToJsonString());
        Assert.Matches($@"Key-value heads +{text}\n", InspectReport.Text(found));
    }

    [Fact]
    public async Task Adapter_ShowsRankAndAlpha()
    {
        string path = Write(
            "adapter.gguf",
            new GgufBuilder()
                .Text("general.architecture", "llama")
                .Text("general.type", "adapter")
                .Text("adapter.type", "lora")
                .Float32("adapter.lora.alpha", 16)
                .Tensor("blk.0.attn_q.weight.lora_a", GgmlType.F32, [64, 8])
                .Tensor("blk.0.attn_q.weight.lora_b", GgmlType.F32, [8, 64])
                .Build()
        );

        JsonNode document = JsonNode.Parse(InspectReport.Json(await InspectAsync(path)))!;

        Assert.Equal("adapter", document["kind"]!.GetValue<string>());
        Assert.Equal(8, document["adapterRank"]!.GetValue<long>());
        Assert.Equal(16, document["adapterAlpha"]!.GetValue<double>());
        Assert.Equal(1, document["adapterTensors"]!.GetValue<long>());
    }

    [Fact]
    public async Task Projector_ShowsItsEncoder()
    {
        string path = Write(
            "mmproj.gguf",
            new GgufBuilder()
                .Text("general.architecture", "clip")
                .Text("clip.projector_type", "gemma3")
                .Boolean("clip.has_vision_encoder", true)
                .UInt32("clip.vision.image_size", 896)
                .UInt32("clip.vision.patch_size", 14)
                .Tensor("mm.input_projection.weight", GgmlType.F16, [64, 64])
                .Build()
        );

        JsonNode document = JsonNode.Parse(InspectReport.Json(await InspectAsync(path)))!;

        Assert.Equal("projector", document["kind"]!.GetValue<string>());
        Assert.Equal("gemma3", document["projector"]!.GetValue<string>());
        Assert.Equal(896, document["imageSize"]!.GetValue<long>());
    }

    [Fact]
    public async Task Split_PartIsMissing_NamesIt()
    {
        string path = Write("model-00001-of-00002.gguf", ModelShapes.TinyLlama());

        CliException error = await Assert.ThrowsAsync<CliException>(() => InspectAsync(path));

        Assert.Contains("model-00002-of-00002.gguf", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NotGguf_SaysWhatTheFileIsNot()
    {
        CliException error = await Assert.ThrowsAsync<CliException>(() =>
            InspectAsync(Write("notes.gguf", "no model at all, only words"u8.ToArray()))
        );

        Assert.Contains("GGUF", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Url_OnlyTheHeaderIsFetched()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        // A header of a few kB before 8 MiB of weights.
        byte[] model = new GgufBuilder()
            .Text("general.architecture", "llama")
            .Tensor("token_embd.weight", GgmlType.F32, [1024, 2048])
            .Build();
        string path = Write("far.gguf", model);
        Uri url = registry.AddFile("far.gguf", RegistryContent.FromFile(path));

        InspectedFile found = await FileInspector.InspectAsync(
            url.ToString(),
            registry.Settings,
            null,
            TimeProvider.System,
            Token
        );

        Assert.Equal("llama", found.Facts.Architecture);
        Assert.Equal(model.Length, found.FileBytes);
        Assert.InRange(found.ReadBytes, 1, 1 << 20);
    }

    [Theory]
    [InlineData("ollama:{0}/team/tiny:v1")]
    [InlineData("oci://{0}/team/copy:v1")]
    public async Task Model_InARegistry_IsShownWithItsDigest(string source)
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromBytes(ModelShapes.TinyLlama());
        registry.Ollama.Add("team/tiny:v1", content);
        registry.Oci.Add("team/copy", "v1", content);

        InspectedFile found = await FileInspector.InspectAsync(
            source.Replace("{0}", registry.Address.Authority, StringComparison.Ordinal),
            registry.Settings,
            null,
            TimeProvider.System,
            Token
        );

        Assert.Equal(content.Digest.ToString(), found.Digest);
        Assert.StartsWith("sha256:", found.Revision, StringComparison.Ordinal);
        Assert.Equal("llama", found.Facts.Architecture);
    }

    [Theory]
    [InlineData("ollama:qwen2.5:0.5b", "ollama")]
    [InlineData("hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF", "huggingface Qwen/Qwen2.5-0.5B-Instruct-GGUF")]
    [InlineData("hf:a/b:Q4_K_M@abc", "huggingface a/b:Q4_K_M")]
    [InlineData("hf:a/b:sub/x.gguf", "huggingface a/b:sub/x.gguf")]
    [InlineData("https://models.example/x.gguf", "https://models.example/x.gguf")]
    public void Parse_Source_IsUnderstood(string text, string display) =>
        Assert.StartsWith(display, SourceText.Parse(text)!.DisplayName, StringComparison.Ordinal);

    [Fact]
    public void Parse_HubSource_HasRevisionAndChoice()
    {
        HuggingFaceSource source = Assert.IsType<HuggingFaceSource>(SourceText.Parse("hf:a/b:Q8_0@v2"));

        Assert.Equal(
            ("a/b", null, "v2", "Q8_0"),
            (source.Repo, source.File, source.Revision, source.Quantization)
        );
    }

    [Theory]
    [InlineData("hf:only-a-name")]
    [InlineData("hf:a/b@")]
    [InlineData("ollama:../../etc")]
    [InlineData("nowhere.gguf")]
    public void Parse_Nonsense_SaysHowASourceIsWritten(string text)
    {
        CliException error = Assert.Throws<CliException>(() => SourceText.Parse(text));

        Assert.Matches("write|name one", error.Message);
    }

    private static Task<InspectedFile> InspectAsync(string path) =>
        FileInspector.InspectAsync(path, new SourceSettings(), null, TimeProvider.System, Token);

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
