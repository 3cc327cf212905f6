using System.Net.Http.Json;
using System.Text.Json;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Tests.Hosting;
using LlmOperator.Testing.Engine;

namespace LlmOperator.NodeAgent.Tests.Replicas;

/// <summary>What an on-demand replica has evaluated of prompts, while it is out of memory.</summary>
public sealed class KeptPromptsTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Name = "tiny-node-a";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replica_OutAndInAgain_EvaluatesNothingTwiceAndLeavesNothingBehind()
    {
        await using AgentFixture agent = await AgentFixture.StartAsync(engine.Command.FileName, Token, null);
        ModelReplica replica = await CreateAsync(agent, "64Mi");
        (int first, Task left) = await EvaluateAsync(agent, replica);
        await left;

        string[] kept = Kept(agent);
        (int again, left) = await EvaluateAsync(agent, replica);

        string file = Assert.Single(kept);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(file)!)
        );
        Assert.True(first > 10, $"{first} tokens at first");
        Assert.Equal(1, again);

        await left;
        await agent.Client.DeleteAsync<ModelReplica>(replica.Key, new DeleteOptions(), Token);
        long start = TimeProvider.System.GetTimestamp();
        while (await agent.Client.FindAsync<ModelReplica>(replica.Key, Token) is not null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
            await Task.Delay(50, Token);
        }

        Assert.Empty(Kept(agent));
    }

    [Fact]
    public async Task Replica_NothingMayBeKept_EvaluatesAllAgain()
    {
        await using AgentFixture agent = await AgentFixture.StartAsync(engine.Command.FileName, Token, null);
        ModelReplica replica = await CreateAsync(agent, null);
        (int first, Task left) = await EvaluateAsync(agent, replica);
        await left;

        Assert.Empty(Kept(agent));
        (int again, _) = await EvaluateAsync(agent, replica);
        Assert.Equal(first, again);
    }

    [Fact]
    public void Change_OfWhatMayBeKept_StartsTheEngineAnewAndOfTheIdleTimeDoesNot()
    {
        ModelReplicaSpec before = new()
        {
            Loading = new ModelLoading { Mode = LoadingMode.OnDemand, KeptPrompts = Quantity.Parse("1Mi") },
        };

        Assert.True(
            SpecChange.KeepsEngine(
                before,
                before with
                {
                    Loading = before.Loading with { IdleTimeout = Duration.Parse("5s") },
                },
                storedDigest: null
            )
        );
        Assert.False(
            SpecChange.KeepsEngine(
                before,
                before with
                {
                    Loading = before.Loading with { KeptPrompts = null },
                },
                storedDigest: null
            )
        );
    }

    private async Task<ModelReplica> CreateAsync(AgentFixture agent, string? kept)
    {
        await agent.CreateReplicaAsync(
            Name,
            AgentFixture.FileArtifact(engine.TinyModelPath),
            Token,
            new ModelLoading
            {
                Mode = LoadingMode.OnDemand,
                IdleTimeout = Duration.Parse("1s"),
                KeptPrompts = kept is null ? null : Quantity.Parse(kept),
            }
        );
        return await agent.WaitAsync(
            Name,
            r => r.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true,
            Token
        );
    }

    // While the request is there the model does not leave. The second is done when the very engine that answered has left:
    // what the status says may be of a stay before.
    private static async Task<(int Evaluated, Task Left)> EvaluateAsync(
        AgentFixture agent,
        ModelReplica replica
    )
    {
        using RequestLease lease = await agent.Core.Gateway.AcquireAsync(replica.Key, Token);
        // After the benchmark of the first load, which takes the only slot.
        await agent.WaitAsync(Name, r => r.Status!.Residency == Residency.Loaded, Token);
        using HttpResponseMessage response = await lease.Engine.Client.PostAsJsonAsync(
            "completion",
            new
            {
                prompt = "one two three four five six seven eight nine ten",
                n_predict = 1,
                temperature = 0,
            },
            Token
        );
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lease.EngineExited.Register(left.SetResult);
        return (
            answer.GetProperty("timings").GetProperty("prompt_n").GetInt32(),
            left.Task.WaitAsync(TimeSpan.FromMinutes(1), Token)
        );
    }

    private static string[] Kept(AgentFixture agent) =>
        Directory.GetFiles(agent.Options.RunDirectory, "slot-*", SearchOption.AllDirectories);
}
