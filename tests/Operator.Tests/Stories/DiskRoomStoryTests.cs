using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>A model goes to no node whose disk cannot hold its file.</summary>
public sealed class DiskRoomStoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_LargerThanTheRoomOnTheDisk_IsRefusedWithWhatIsMissingUntilThereIsRoom()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromBytes(ModelShapes.TinyLlama());
        registry.Ollama.Add("tiny:v1", content);
        FakeAgent agent = await world.AddNodeAsync("node-a", 4096);
        agent.RoomBytes = 1000;
        await agent.ReportAsync(4096, [], Token);
        await world.StartOperatorAsync(new OperatorOptions { Sources = registry.Settings });

        await world.ApplyAsync(
            "tiny",
            new LlmModelSpec
            {
                Source = new ModelSource { Ollama = new OllamaModelSource { Name = "tiny:v1" } },
            }
        );

        LlmModel refused = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Placed,
            ConditionStatus.False,
            LlmModelConditions.InsufficientDisk
        );
        NodeRefusal refusal = Assert.Single(refused.Status!.Refusals!);
        Assert.Equal(("InsufficientDisk", content.Length - 1000), (refusal.Reason, refusal.MissingBytes));
        Assert.Empty(await world.ReplicasAsync());

        agent.RoomBytes = 2L << 30;
        await agent.ReportAsync(4096, [], Token);

        await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
    }
}
