using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Distribution;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Tests.Distribution;

public sealed class DistributionTests
{
    private static readonly LlmModel s_model = DistributionModels.Of(
        "demo-stored",
        "llm",
        DistributionModels.Parse("ollama:demo"),
        ["n2", "n1", "n3", "n4"]
    );

    [Fact]
    public void Of_SourceAndNodes_SaysStoreOnlyOnThese()
    {
        Assert.Equal(LoadingMode.StoreOnly, s_model.Spec.Loading.Mode);
        Assert.Equal(PlacementMode.EveryNode, s_model.Spec.Placement.Mode);
        Assert.Equal(["n1", "n2", "n3", "n4"], s_model.Spec.Placement.Nodes);
        Assert.Equal("demo:latest", s_model.Spec.Source?.Ollama?.Name);
        Assert.Null(DistributionModels.Of("x", "llm", new ModelSource(), []).Spec.Placement.Nodes);
    }

    [Theory]
    [InlineData("qwen-small", "qwen-small-stored")]
    [InlineData("ollama:qwen2.5:0.5b", "qwen2-5-0-5b-stored")]
    [InlineData("hf:org/Name-GGUF:Q4_K_M", "name-gguf-q4-k-m-stored")]
    [InlineData("https://host/a/model.gguf", "model-stored")]
    [InlineData("oci://host:5000/team/tiny:v1", "tiny-v1-stored")]
    public void NameOf_ModelOrSource_IsANameOfAnObject(string text, string expected) =>
        Assert.Equal(expected, DistributionModels.NameOf(text));

    [Theory]
    [InlineData("oci://host:5000/team/tiny:v1", "host:5000/team/tiny:v1")]
    [InlineData("oci://docker.io/ai/smollm2", "docker.io/ai/smollm2:latest")]
    public void Parse_OciReference_IsASourceOfARegistry(string text, string expected)
    {
        ModelSource source = DistributionModels.Parse(text);

        Assert.Equal(new ModelSource { Oci = new OciModelSource { Reference = expected } }, source);
    }

    [Fact]
    public void Parse_OciReferenceWithoutHost_SaysHowOneReads()
    {
        CliException error = Assert.Throws<CliException>(() => DistributionModels.Parse("oci://tiny"));

        Assert.Contains("write oci://HOST/REPOSITORY", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void Progress_EachNode_HasItsStateAndReason()
    {
        IReadOnlyList<NodeProgress> nodes = DistributionProgress.Of(
            s_model,
            [Node("n1"), Node("n2"), Node("n3")],
            [
                Replica("n1", PullState.Pulling, ConditionStatus.False, null),
                Replica("n2", PullState.Stored, ConditionStatus.True, null),
                Replica("n3", PullState.Failed, ConditionStatus.False, "the digest is another"),
            ]
        );

        Assert.Equal(
            [
                "n1 Running ",
                "n2 Done ",
                "n3 Failed the digest is another",
                "n4 Failed there is no such node; see llmop get llmnodes",
            ],
            nodes.Select(node => $"{node.Node} {node.State} {node.Error}")
        );
        Assert.Contains(
            "n1     running   1.0 MiB of 4.0 MiB   512.0 KiB/s   6 s    demo",
            DistributionReport.Table(nodes),
            StringComparison.Ordinal
        );
        Assert.Equal("running", (string?)DistributionReport.Json(s_model, nodes)["nodes"]![0]!["state"]);
    }

    [Fact]
    public void View_NoTerminal_WritesALineForEachStepOnly()
    {
        using StringWriter writer = new();
        DistributionView view = new(writer, isTerminal: false);
        IReadOnlyList<NodeProgress> At(long bytes) =>
            [
                new NodeProgress
                {
                    Node = "n1",
                    State = NodeProgressState.Running,
                    Pull = new ReplicaPull { CompletedBytes = bytes, TotalBytes = 1000 },
                },
            ];

        view.Show(At(100));
        view.Show(At(150));
        view.Show(At(200));

        Assert.Equal(2, writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static LlmNode Node(string name) => new() { Metadata = new ObjectMeta { Name = name } };

    private static ModelReplica Replica(
        string node,
        PullState state,
        ConditionStatus stored,
        string? error
    ) =>
        new()
        {
            Spec = new ModelReplicaSpec { NodeName = node },
            Status = new ModelReplicaStatus
            {
                Conditions =
                [
                    new Condition
                    {
                        Type = ModelReplicaConditions.Stored,
                        Status = stored,
                        Reason = ModelReplicaConditions.Pulling,
                    },
                ],
                Pull = new ReplicaPull
                {
                    State = state,
                    CompletedBytes = 1 << 20,
                    TotalBytes = 4 << 20,
                    BytesPerSecond = 512 << 10,
                    RemainingSeconds = 6,
                    Source = "demo",
                    Error = error,
                },
            },
        };
}
