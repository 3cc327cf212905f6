using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Tests.Hosting;
using LlmOperator.Testing.Engine;

namespace LlmOperator.NodeAgent.Tests.Residents;

/// <summary>Two models on the real engine whose node has room for one of them.</summary>
public sealed class TakingTurnsTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private static readonly ModelLoading s_shared = new()
    {
        Mode = LoadingMode.OnDemand,
        Memory = LoadingMemory.Shared,
    };

    // More than any machine has: each fits alone, as the operator promised, and never both.
    private static readonly DeviceReservation[] s_nearlyAll =
    [
        new DeviceReservation
        {
            Device = "CPU",
            WeightsBytes = 1L << 50,
            TotalBytes = 1L << 50,
        },
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_RoomForOne_TheOtherLeavesMemoryFirst()
    {
        await using AgentFixture agent = await AgentFixture.StartAsync(engine.Command.FileName, Token, null);
        ModelReplica first = await CreateAsync(agent, "first-node-a");
        ModelReplica second = await CreateAsync(agent, "second-node-a");

        Engines.IEngineInstance one;
        using (RequestLease lease = await agent.Core.Gateway.AcquireAsync(first.Key, Token))
        {
            one = lease.Engine;
        }

        using (RequestLease lease = await agent.Core.Gateway.AcquireAsync(second.Key, Token))
        {
            Assert.True(one.Completion.IsCompleted);
            using HttpResponseMessage health = await lease.Engine.Client.GetAsync("health", Token);
            Assert.True(health.IsSuccessStatusCode);
        }

        // And back again.
        using RequestLease again = await agent.Core.Gateway.AcquireAsync(first.Key, Token);
        Assert.Equal(Engines.EngineState.Ready, again.Engine.State);
    }

    private async Task<ModelReplica> CreateAsync(AgentFixture agent, string name)
    {
        await agent.CreateReplicaAsync(
            name,
            AgentFixture.FileArtifact(engine.TinyModelPath),
            Token,
            s_shared,
            s_nearlyAll
        );
        return await agent.WaitAsync(
            name,
            r => r.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true,
            Token
        );
    }
}
