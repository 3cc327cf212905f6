using System.Text.Json.Nodes;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Deploy.Tests.Product;

/// <summary>Upgrades (R-18): another operator changes nothing that runs, and what a newer version added stays.</summary>
public sealed class UpgradeTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Model = RunningProduct.InDefault + "/llmmodels/tiny";
    private const string Replicas = RunningProduct.InDefault + "/modelreplicas";
    private const string Role = RunningProduct.InDefault + "/workerroles/after";

    [Fact]
    public async Task AnotherOperator_RestartsNoEngineAndWritesNoSpec()
    {
        await using RunningProduct product = await RunningProduct.StartAsync(engine);
        IHostedPart before = await product.StartOperatorAsync();
        await product.StartAgentAsync();
        await product.ApplyAsync(Model, RunningProduct.Model("tiny"));
        await product.UntilReadyAsync(Model);
        // What was measured reaches the model a moment later, and whoever is the operator then writes it.
        await product.UntilAsync(Model, m => m?["status"]?["memory"]?["observed"] is not null);
        JsonNode running = Assert.Single(await product.ListAsync(Replicas))!;
        JsonNode model = (await product.FindAsync(Model))!;
        await before.StopAsync(TestContext.Current.CancellationToken);

        await product.StartOperatorAsync();
        await UntilItWorksAsync(product);

        JsonNode after = Assert.Single(await product.ListAsync(Replicas))!;
        foreach (string field in new[] { "uid", "generation" })
        {
            Assert.True(JsonNode.DeepEquals(running["metadata"]![field], after["metadata"]![field]), field);
        }

        Assert.True(JsonNode.DeepEquals(running["spec"], after["spec"]), $"{running}\n{after}");
        Assert.True(
            JsonNode.DeepEquals(running["status"]!["process"], after["status"]!["process"]),
            $"{running}\n{after}"
        );
        JsonNode modelAfter = (await product.FindAsync(Model))!;
        Assert.True(
            JsonNode.DeepEquals(model["metadata"]!["generation"], modelAfter["metadata"]!["generation"])
                && JsonNode.DeepEquals(WithoutMeasurements(model), WithoutMeasurements(modelAfter)),
            $"{model}\n{modelAfter}"
        );
    }

    // An agent measures all the time; what it finds may change whoever is the operator.
    private static JsonNode WithoutMeasurements(JsonNode model)
    {
        JsonNode status = model["status"]!.DeepClone();
        status.AsObject().Remove("memory");
        return status;
    }

    [Fact]
    public async Task FieldsOfANewerVersion_AreKeptByPartsThatDoNotKnowThem()
    {
        await using RunningProduct product = await RunningProduct.StartAsync(engine, AddField);
        await product.StartOperatorAsync();
        await product.StartAgentAsync();
        await product.ApplyAsync(Model, RunningProduct.Model("tiny") + "\n  future: {mode: Turbo}\n");
        await product.UntilReadyAsync(Model);

        string replicas = $"{Replicas}/{(await product.ListAsync(Replicas))[0]!["metadata"]!["name"]}";
        await product.ApplyAsync(
            replicas,
            $$"""
            {"apiVersion":"llmoperator.dev/v1alpha1","kind":"ModelReplica",
             "metadata":{"name":"{{replicas[(replicas.LastIndexOf('/') + 1)..]}}","namespace":"default"},
             "spec":{"future":{"mode":"Turbo"} } }
            """
        );
        await product.ApplyAsync(
            Model,
            RunningProduct.Model("tiny") + "\n  future: {mode: Turbo}\n  placement: {priority: 5}\n"
        );
        await product.UntilAsync(
            Model,
            m => (long)m!["metadata"]!["generation"]! == (long?)m["status"]!["observedGeneration"]
        );

        Assert.Equal("Turbo", (string?)(await product.FindAsync(Model))!["spec"]!["future"]!["mode"]);
        Assert.Equal("Turbo", (string?)(await product.FindAsync(replicas))!["spec"]!["future"]!["mode"]);
    }

    // The new operator has looked at everything when an object made after its start is done: queues are in order.
    private static async Task UntilItWorksAsync(RunningProduct product)
    {
        await product.ApplyAsync(
            Role,
            """
            apiVersion: llmoperator.dev/v1alpha1
            kind: WorkerRole
            metadata: {name: after, namespace: default}
            spec: {targets: [{model: tiny}]}
            """
        );
        await product.UntilReadyAsync(Role);
        await product.ApplyAsync(
            $"{RunningProduct.InDefault}/llmmodels/second",
            RunningProduct.Model("second") + "\n  placement: {replicas: 0}\n"
        );
        await product.UntilReadyAsync($"{RunningProduct.InDefault}/llmmodels/second");
    }

    private static void AddField(JsonObject crd)
    {
        if ((string?)crd["spec"]!["names"]!["kind"] is "LlmModel" or "ModelReplica")
        {
            crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]![
                "properties"
            ]!["future"] = JsonNode.Parse("""{"type":"object","properties":{"mode":{"type":"string"}}}""");
        }
    }
}
