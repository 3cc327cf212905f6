using System.Diagnostics;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.EndToEnd.Harness.Cluster;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.EndToEnd.Stories.Cluster;

/// <summary>Agents that end while they answer.</summary>
[Collection(ClusterStories.Name)]
public sealed class AgentStories(Installation installation)
{
    private const string Question = "Tell me the whole life of a model.";
    private const int FramesBefore = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AgentPod_DeletedMidStream_TheAnswerComesWholeAndTheReplicaReturns()
    {
        (StreamEnd end, string node) = await StreamAndThenAsync(pod =>
            installation.Cluster.KubectlAsync(
                null,
                Token,
                ["delete", "pod", pod.Name, "-n", Installation.System, "--wait=false"]
            )
        );

        Assert.Equal(StreamEnd.Whole, end);
        await ReturnsAsync(node);
    }

    [Fact]
    public async Task AgentPod_KilledMidStream_NoAnswerIsCutSilentlyAndTheReplicaReturns()
    {
        (StreamEnd end, string node) = await StreamAndThenAsync(pod =>
            installation.Cluster.NodeAsync(pod.Node, Token, "kill", pod.Uid)
        );

        // The demo model is quick: its last token may have been on the way already.
        Assert.True(end is StreamEnd.Error or StreamEnd.Whole, end.ToString());
        await ReturnsAsync(node);
    }

    private async Task<(StreamEnd End, string Node)> StreamAndThenAsync(Func<PodFacts, Task> action)
    {
        await installation.EnsureAsync(Token);
        IReadOnlyList<PodFacts> agents = await PodFacts.OfAsync(installation, "agent", Token);
        using ChatClient client = new(installation.Router);
        string? node = null;
        long start = Stopwatch.GetTimestamp();
        StreamEnd end = await client.StreamAsync(
            Question,
            maxTokens: 400,
            async (on, frame) =>
            {
                if (frame == FramesBefore)
                {
                    node = on;
                    await action(agents.Single(pod => pod.Node == on));
                }
            },
            Token
        );
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"the stream on {node} ended as {end} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"
        );
        return (end, Assert.IsType<string>(node));
    }

    private async Task ReturnsAsync(string node)
    {
        using ChatClient client = new(installation.Router);
        // The other replica answers meanwhile.
        Assert.NotEmpty(await client.AskAsync("What is a node?", maxTokens: 20, Token));
        ObjectKey replica = (await installation.ReplicasAsync()).Single(r => r.Spec.NodeName == node).Key;
        TimeSpan away = await installation.WaitForAsync<ModelReplica>(replica, r => !IsReady(r), Token);
        TimeSpan back = await installation.WaitForAsync<ModelReplica>(replica, IsReady, Token);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"the replica answered again after {(away + back).TotalSeconds:0.0} s"
        );
    }

    private static bool IsReady(ModelReplica? replica) =>
        replica?.Status?.Conditions.Any(c =>
            c.Type == ModelReplicaConditions.Ready && c.Status == ConditionStatus.True
        ) == true;
}
