using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Deploy.Tests.Images;

/// <summary>The trimmed single files do what the untrimmed programs do: trimming took nothing that is needed.</summary>
public sealed class PublishedTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Model = "apis/llmoperator.dev/v1alpha1/namespaces/default/llmmodels/tiny";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("operator", "LlmOperator.Operator", "LLMOP_LEADER_ELECTION")]
    [InlineData("router", "LlmOperator.Router", "LLMOP_API_KEYS_FILE")]
    [InlineData("node-agent", "LlmOperator.NodeAgent", "LLMOP_DATA_DIR")]
    [InlineData("llmop", "llmop", "llmop up")]
    public async Task Program_AskedForHelp_Tells(string program, string file, string expected)
    {
        string path = await PublishedProgram.RequireAsync(program, file);

        (int code, string output, string errors) = await Tools.RunAsync(path, "--help");

        Assert.True(code == 0, errors);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Operator_OnAnApiServer_ReadsAModelAndWritesItsStatus()
    {
        string path = await PublishedProgram.RequireAsync("operator", "LlmOperator.Operator");
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        registry.HuggingFace.Add("some/tiny", "tiny.gguf", RegistryContent.FromFile(engine.TinyModelPath));
        await using ApiServerFixture server = await PublishedWorld.StartAsync(Token);
        string folder = engine.NewFolder();
        using Process process = Start(path, folder, server, registry);
        try
        {
            JsonNode status = await UntilPlacedOrRefusedAsync(server, process, folder);

            Assert.Equal(1, (int)status["observedGeneration"]!);
            Assert.Equal("Inspected", (string)Condition(status, "Accepted")!["reason"]!);
            Assert.Equal("llama", (string)status["facts"]!["architecture"]!);
            Assert.Equal("NoMatchingNode", (string)Condition(status, "Placed")!["reason"]!);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Llmop_Quickstart_ServesTheDemoModelAndAnswers()
    {
        string path = await PublishedProgram.RequireAsync("llmop", "llmop");

        (int code, string output, string errors) = await Tools.RunAsync(
            "/usr/bin/env",
            $"LLMOP_LLAMA_SERVER={engine.Command.FileName}",
            path,
            "quickstart"
        );

        Assert.True(code == 0, output + errors);
        Assert.Contains("LlmOperator is a Kubernetes operator", output, StringComparison.Ordinal);
    }

    private static Process Start(
        string path,
        string folder,
        ApiServerFixture server,
        RegistryStandIn registry
    )
    {
        string kubeconfig = Path.Combine(folder, "kubeconfig");
        File.WriteAllText(kubeconfig, server.Server.Kubeconfig);
        File.WriteAllText(Path.Combine(folder, "log"), "");
        ProcessStartInfo info = new("/bin/sh") { UseShellExecute = false };
        foreach (string argument in new[] { "-c", "exec \"$0\" >log 2>&1", path })
        {
            info.ArgumentList.Add(argument);
        }

        info.WorkingDirectory = folder;
        info.Environment["KUBECONFIG"] = kubeconfig;
        info.Environment["LLMOP_HUGGING_FACE"] = registry.Address.ToString();
        info.Environment["LLMOP_ALLOW_LOOPBACK_SOURCES"] = "true";
        return Process.Start(info)!;
    }

    private static async Task<JsonNode> UntilPlacedOrRefusedAsync(
        ApiServerFixture server,
        Process process,
        string folder
    )
    {
        long start = TimeProvider.System.GetTimestamp();
        JsonNode? status = null;
        while (status is null || (string?)Condition(status, "Placed")?["status"] is null or "Unknown")
        {
            Assert.False(process.HasExited, File.ReadAllText(Path.Combine(folder, "log")));
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < s_limit,
                $"Not in time: {status}\n{File.ReadAllText(Path.Combine(folder, "log"))}"
            );
            await Task.Delay(50, Token);
            status = JsonNode.Parse(await server.Client.GetStringAsync(Model, Token))!["status"];
        }

        return status;
    }

    private static JsonNode? Condition(JsonNode status, string type) =>
        (status["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == type);
}
