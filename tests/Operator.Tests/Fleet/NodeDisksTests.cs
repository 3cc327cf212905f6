using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Tests.Fleet;

/// <summary>What the disk of a node still has to take.</summary>
public sealed class NodeDisksTests
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Of_ReplicaThatPulls_ItsFilesAreCountedOnceAndKnownAsComing()
    {
        PlacementNode node = View(
            Node(100, "sha256:b"),
            Replica("m", "sha256:a", 30),
            Replica("n", "sha256:a", 30)
        );

        Assert.Equal(70, node.DiskBytes);
        Assert.Contains("sha256:a", node.Coming);
    }

    [Fact]
    public void Of_WhatLiesThere_IsNotCountedAgain() =>
        Assert.Equal(100, View(Node(100, "sha256:a"), Replica("m", "sha256:a", 30)).DiskBytes);

    [Fact]
    public void Of_SeveralFiles_OnlyThoseThatAreMissing() =>
        Assert.Equal(
            75,
            View(
                Node(100, "sha256:1"),
                Replica("m", "sha256:1", 30) with
                {
                    Spec = new ModelReplicaSpec
                    {
                        NodeName = "a",
                        Artifact = new ModelArtifact
                        {
                            Digest = "sha256:1",
                            SizeBytes = 30,
                            Files =
                            [
                                new ArtifactFile { Digest = "sha256:1", SizeBytes = 30 },
                                new ArtifactFile { Digest = "sha256:2", SizeBytes = 25 },
                            ],
                        },
                    },
                }
            ).DiskBytes
        );

    [Fact]
    public void Of_StoredOrLeavingOrAFileOfTheNode_NeedsNothing()
    {
        ModelReplica stored = Replica("m", "sha256:a", 30) with
        {
            Status = new ModelReplicaStatus
            {
                Conditions = new List<Condition>().Set(
                    ModelReplicaConditions.Stored,
                    ConditionStatus.True,
                    ModelReplicaConditions.Verified,
                    "",
                    1,
                    s_now
                ),
            },
        };
        ModelReplica leaving = Replica("n", "sha256:b", 30);
        leaving = leaving with { Metadata = leaving.Metadata with { DeletionTimestamp = s_now } };
        ModelReplica local = Replica("o", "sha256:c", 30);
        local = local with
        {
            Spec = local.Spec with
            {
                Artifact = local.Spec.Artifact with
                {
                    Source = new ModelSource { File = new FileModelSource { Path = "/m.gguf" } },
                },
            },
        };

        Assert.Equal(100, View(Node(100), stored, leaving, local).DiskBytes);
    }

    [Fact]
    public void Of_AgentDoesNotSay_IsUnknown() =>
        Assert.Null(View(Node(null), Replica("m", "sha256:a", 30)).DiskBytes);

    private static PlacementNode View(LlmNode node, params ModelReplica[] replicas) =>
        Assert.Single(NodeViews.Of([node], replicas, TimeSpan.FromMinutes(1), s_now));

    private static LlmNode Node(long? room, params string[] stored) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "a" },
            Status = new LlmNodeStatus
            {
                Disk = new NodeDisk { RoomBytes = room },
                Models = [.. stored.Select(d => new StoredModel { Digest = d, SizeBytes = 1 })],
            },
        };

    private static ModelReplica Replica(string name, string digest, long bytes) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name, Namespace = "default" },
            Spec = new ModelReplicaSpec
            {
                NodeName = "a",
                Artifact = new ModelArtifact { Digest = digest, SizeBytes = bytes },
            },
        };
}
