using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Deploy.Tests.Product;

/// <summary>Deletion (R-19): in any order, with and without an agent, nothing stays behind and nothing blocks.</summary>
public sealed class DeletionTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Model = RunningProduct.InDefault + "/llmmodels/tiny";
    private const string Replicas = RunningProduct.InDefault + "/modelreplicas";
    private const string Node = RunningProduct.Group + "/llmnodes/" + RunningProduct.Node;

    [Theory]
    [InlineData("model,replica,node")]
    [InlineData("model,node,replica")]
    [InlineData("replica,model,node")]
    [InlineData("replica,node,model")]
    [InlineData("node,model,replica")]
    [InlineData("node,replica,model")]
    public async Task Objects_InAnyOrder_LeaveNoReplicaAndNoEngine(string order)
    {
        await using RunningProduct product = await RunningProduct.StartAsync(engine);
        await product.StartOperatorAsync();
        await product.StartAgentAsync();
        int process = await RunAsync(product);

        foreach (string what in order.Split(','))
        {
            await DeleteAsync(product, what);
        }

        await product.UntilAsync(Replicas, r => r!["items"]!.AsArray().Count == 0);
        Assert.Null(await product.FindAsync(Model));
        await RunningProduct.UntilAsync(
            "the engine has ended",
            () => Task.FromResult(!Process.GetProcesses().Any(p => p.Id == process))
        );
    }

    [Theory]
    [InlineData("agent,model")]
    [InlineData("agent,node,model")]
    [InlineData("agent,model,node")]
    [InlineData("agent,replica,node,model")]
    public async Task Objects_OfANodeWhoseAgentIsGone_AreNotBlocked(string order)
    {
        await using RunningProduct product = await RunningProduct.StartAsync(engine);
        await product.StartOperatorAsync(TimeSpan.FromSeconds(2));
        IHostedPart agent = await product.StartAgentAsync();
        await RunAsync(product);

        foreach (string what in order.Split(','))
        {
            if (what == "agent")
            {
                await agent.StopAsync(TestContext.Current.CancellationToken);
            }
            else
            {
                await DeleteAsync(product, what);
            }
        }

        await product.UntilAsync(Replicas, r => r!["items"]!.AsArray().Count == 0);
        Assert.Null(await product.FindAsync(Model));
    }

    [Fact]
    public async Task ObjectsThatPeopleWrite_HaveNoFinalizers()
    {
        await using RunningProduct product = await RunningProduct.StartAsync(engine);
        await product.StartOperatorAsync();
        (string Plural, string File)[] kinds =
        [
            .. Directory
                .GetDirectories(Repository.PathOf("examples"))
                .Select(d => (Path.GetFileName(d), Path.Combine(d, "basic.yaml"))),
        ];
        List<string> paths = [];
        foreach ((string plural, string file) in kinds)
        {
            string yaml = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            JsonObject o = Kubernetes.Serialization.KubernetesYaml.ReadAll(yaml, file)[0];
            string root = o["metadata"]!["namespace"] is null
                ? RunningProduct.Group
                : RunningProduct.InDefault;
            paths.Add($"{root}/{plural}/{o["metadata"]!["name"]}");
            await product.ApplyAsync(paths[^1], yaml);
        }

        // Every kind has been reconciled: GitOps tools see conditions on each.
        foreach (string path in paths)
        {
            await product.UntilAsync(
                path,
                o =>
                    (o?["status"]?["conditions"] as JsonArray)?.Any(c => (string?)c!["type"] == "Ready")
                    == true
            );
        }

        new Random(7).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(paths));
        foreach (string path in paths)
        {
            await product.DeleteAsync(path);
            Assert.Null(await product.FindAsync(path));
        }
    }

    private static async Task<int> RunAsync(RunningProduct product)
    {
        await product.ApplyAsync(Model, RunningProduct.Model("tiny"));
        await product.UntilReadyAsync(Model);
        return (int)(await product.ListAsync(Replicas))[0]!["status"]!["process"]!["processId"]!;
    }

    private static async Task DeleteAsync(RunningProduct product, string what)
    {
        switch (what)
        {
            case "model":
                await product.DeleteAsync(Model);
                break;
            case "node":
                await product.DeleteAsync(Node);
                break;
            default:
                foreach (JsonNode? replica in await product.ListAsync(Replicas))
                {
                    await product.DeleteAsync($"{Replicas}/{replica!["metadata"]!["name"]}");
                }

                break;
        }
    }
}
