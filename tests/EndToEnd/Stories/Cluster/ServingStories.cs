using System.Text.Json;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.EndToEnd.Harness.Cluster;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.EndToEnd.Stories.Cluster;

/// <summary>Three nodes with unequal budgets, and who can talk to what runs on them.</summary>
[Collection(ClusterStories.Name)]
public sealed class ServingStories(Installation installation)
{
    private const string Question = "What is LlmOperator?";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Model_TwoReplicasWanted_TheTwoNodesWithRoomGetThem()
    {
        await installation.EnsureAsync(Token);

        IReadOnlyList<ModelReplica> replicas = await installation.ReplicasAsync();

        Assert.Equal(["n2", "n3"], replicas.Select(r => r.Spec.NodeName).Order());
    }

    [Fact]
    public async Task Model_ThreeReplicasWanted_TheSmallNodeIsRefusedWithItsBytes()
    {
        await installation.EnsureAsync(Token);
        await installation.Cluster.KubectlAsync(
            Installation.ModelManifest(replicas: 3),
            Token,
            "apply",
            "-f",
            "-"
        );
        Condition? placed = null;
        await installation.WaitForAsync<LlmModel>(
            Installation.Model,
            model =>
            {
                placed = model!.Status!.Conditions.Find(LlmModelConditions.Placed);
                return placed is { Status: ConditionStatus.False }
                    && placed.ObservedGeneration == model.Metadata.Generation;
            },
            Token
        );
        TestContext.Current.TestOutputHelper?.WriteLine(placed!.Message);

        Assert.Matches(@"n1.*Mi", placed!.Message);
        Assert.Equal(2, (await installation.ReplicasAsync()).Count);
        await installation.EnsureAsync(Token);
    }

    [Fact]
    public async Task Chat_FromThisMachineAndFromAPod_IsAnsweredThroughTheClusterIP()
    {
        await installation.EnsureAsync(Token);
        using ChatClient client = new(installation.Router);

        string here = await client.AskAsync(Question, maxTokens: 100, Token);
        string streamed = await FromPodAsync(ChatClient.Request(Question, stream: true, maxTokens: 100));
        string refused = await installation.Cluster.KubectlAsync(
            null,
            Token,
            [.. Curl, "-o", "/dev/null", "-w", "%{http_code}", Url("v1/models")]
        );

        Assert.Contains("Kubernetes operator", here, StringComparison.Ordinal);
        Assert.Contains("data: [DONE]", streamed, StringComparison.Ordinal);
        Assert.Equal("401", refused);
    }

    // A pod that left a moment ago, with the node of another story, may still be in a node's proxy rules.
    private static string[] Curl =>
        [
            "exec",
            "client",
            "-n",
            Installation.Namespace,
            "--",
            "curl",
            "-sN",
            "--retry",
            "10",
            "--retry-delay",
            "1",
            "--retry-connrefused",
        ];

    private static string Url(string path) =>
        $"http://{Installation.Release}-router.{Installation.System}.svc:11400/{path}";

    private Task<string> FromPodAsync(object request) =>
        installation.Cluster.KubectlAsync(
            null,
            Token,
            [
                .. Curl,
                "-H",
                $"Authorization: Bearer {Installation.Key}",
                "-H",
                "Content-Type: application/json",
                "-d",
                JsonSerializer.Serialize(request),
                Url("v1/chat/completions"),
            ]
        );
}
