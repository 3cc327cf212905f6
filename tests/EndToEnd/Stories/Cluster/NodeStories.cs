using System.Diagnostics;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.EndToEnd.Harness.Cluster;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.EndToEnd.Stories.Cluster;

/// <summary>Nodes that are lost.</summary>
[Collection(ClusterStories.Name)]
public sealed class NodeStories(Installation installation)
{
    private const string Lost = "n3";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_WithoutKubeletAndNetwork_ItsReplicaMovesToANodeThatGotRoom()
    {
        await installation.EnsureAsync(Token);
        using ChatClient client = new(installation.Router);
        await installation.Cluster.NodeAsync(Lost, Token, "stop", "kubelet");
        await installation.Cluster.NodeAsync(Lost, Token, "unplug");
        long start = Stopwatch.GetTimestamp();
        try
        {
            await installation.Cluster.KubectlAsync(
                null,
                Token,
                "patch",
                "llmnode",
                "n1",
                "--type=merge",
                "-p",
                """{"spec":{"budgets":[{"device":"CPU","memory":"512Mi"}]}}"""
            );
            await AnswersAsync(client, start);
            await installation.WaitForAsync<LlmNode>(
                new ObjectKey(null, Lost),
                node =>
                    node!.Status!.Conditions.Find(LlmNodeConditions.Ready)?.Status != ConditionStatus.True,
                Token
            );
            Write("node seen as lost", start);
            // The model's own status follows a moment later: first the place, then the answer.
            await installation.WaitForPlacesAsync(["n1", "n2"], Token);
            Write("placed on the other node", start);
            await installation.WaitForAsync<LlmModel>(Installation.Model, Installation.IsWhole, Token);
            Write("both replicas answer again", start);

            Assert.Equal(
                ["n1", "n2"],
                (await installation.ReplicasAsync())
                    .Where(r => !r.IsBeingDeleted)
                    .Select(r => r.Spec.NodeName)
                    .Order()
            );
        }
        finally
        {
            await installation.Cluster.NodeAsync(Lost, Token, "plug");
            await installation.Cluster.NodeAsync(Lost, Token, "start", "kubelet");
        }

        await installation.WaitForAsync<LlmNode>(
            new ObjectKey(null, Lost),
            node => node!.Status!.Conditions.IsTrue(LlmNodeConditions.Ready),
            Token
        );
        Write("the node is back", start);
        await installation.EnsureAsync(Token);
    }

    // A router on the lost node gets connections until Kubernetes takes it out of the Service: a client tries again.
    private static async Task AnswersAsync(ChatClient client, long start)
    {
        string? answer = null;
        while (answer is null)
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            try
            {
                answer = await client.AskAsync("What is a node?", maxTokens: 5, limit.Token);
            }
            catch (Exception e)
                when (e is HttpRequestException or OperationCanceledException
                    && Stopwatch.GetElapsedTime(start) < s_patience
                )
            {
                Write($"a client was not answered ({e.Message})", start);
            }
        }

        Write("a client is answered", start);
    }

    private static void Write(string what, long start) =>
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s"
        );
}
