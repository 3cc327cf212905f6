using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Fleet;

namespace LlmOperator.Operator.Tests.Fleet;

/// <summary>The fleet is planned again for what a plan depends on, and for nothing else.</summary>
public sealed class FleetChangesTests
{
    private static readonly LlmNode s_node = new()
    {
        Metadata = new ObjectMeta
        {
            Name = "node-a",
            Uid = "1",
            Generation = 1,
        },
        Status = new LlmNodeStatus
        {
            Conditions = Ready(ConditionStatus.True),
            Devices = [new NodeDevice { Name = "CUDA0", BudgetBytes = 100 }],
            Engines = [new NodeEngine { Name = "llama-server", Kind = EngineKind.LlamaCpp }],
            Disk = new NodeDisk { FreeBytes = 5 },
        },
    };

    private static readonly ModelReplica s_replica = new()
    {
        Metadata = new ObjectMeta
        {
            Name = "a",
            Uid = "1",
            Generation = 2,
        },
        Status = new ModelReplicaStatus { ObservedGeneration = 2, Conditions = Ready(ConditionStatus.False) },
    };

    [Fact]
    public void Matter_NodeReportsReadingsAndReservations_No()
    {
        LlmNodeStatus status = s_node.Status!;
        LlmNode next = s_node with
        {
            Status = status with
            {
                Disk = new NodeDisk { FreeBytes = 4 },
                Devices =
                [
                    status.Devices[0] with
                    {
                        UsedBytes = 50,
                        ReservedBytes = 60,
                        TemperatureCelsius = 70,
                    },
                ],
                Conditions = status.Conditions.Set(
                    LlmNodeConditions.ThermalPressure,
                    ConditionStatus.False,
                    LlmNodeConditions.BelowThreshold,
                    "",
                    1,
                    DateTimeOffset.UnixEpoch
                ),
            },
        };

        Assert.False(FleetChanges.Matter(s_node, next));
    }

    [Theory]
    [InlineData(2, 100, false)]
    [InlineData(3, 100, true)]
    public void Matter_LoadTaughtSomethingAboutMemory_OnlyOnceItIsTrusted(
        int samples,
        long bytes,
        bool matters
    )
    {
        LlmNode next = s_node with
        {
            Status = s_node.Status! with
            {
                MemoryCorrections =
                [
                    new MemoryCorrection
                    {
                        Key = "k",
                        DeviceKind = DeviceKind.Gpu,
                        Architecture = "qwen3",
                        EngineVersion = "b1",
                        Samples = samples,
                        OverheadBytes = bytes,
                    },
                ],
            },
        };

        Assert.Equal(matters, FleetChanges.Matter(Engine(s_node), Engine(next)));
        // One more load that teaches nothing new is counted, and no plan is made for it.
        Assert.False(FleetChanges.Matter(Engine(next), Engine(Counted(next))));
    }

    [Theory]
    [InlineData(40.2, 39.9, false)]
    [InlineData(40.2, 2.0, false)]
    [InlineData(40.2, 40.9, false)]
    [InlineData(40.2, 41.1, true)]
    [InlineData(null, 40.2, true)]
    [InlineData(0.5, null, true)]
    public void Matter_RoomOnTheDisk_OnlyWhenItGrowsByAStepOrBecomesKnown(
        double? before,
        double? now,
        bool matters
    ) => Assert.Equal(matters, FleetChanges.Matter(WithRoom(before), WithRoom(now)));

    private static LlmNode WithRoom(double? gibibytes) =>
        s_node with
        {
            Status = s_node.Status! with
            {
                Disk = new NodeDisk { RoomBytes = (long?)(gibibytes * (1L << 30)) },
            },
        };

    private static LlmNode Engine(LlmNode node) =>
        node with
        {
            Status = node.Status! with { Engines = [node.Status.Engines[0] with { Version = "b1" }] },
        };

    private static LlmNode Counted(LlmNode node) =>
        node with
        {
            Status = node.Status! with
            {
                MemoryCorrections =
                [
                    node.Status.MemoryCorrections![0] with
                    {
                        Samples = node.Status.MemoryCorrections[0].Samples == 2 ? 1 : 4,
                    },
                ],
            },
        };

    [Fact]
    public void Matter_NodeChangesWhatItCanHold_Yes()
    {
        LlmNodeStatus status = s_node.Status!;
        LlmNode[] changed =
        [
            s_node with
            {
                Status = status with { Conditions = Ready(ConditionStatus.Unknown) },
            },
            s_node with
            {
                Status = status with { Devices = [status.Devices[0] with { BudgetBytes = 99 }] },
            },
            s_node with
            {
                Status = status with { Engines = [] },
            },
            s_node with
            {
                Metadata = s_node.Metadata with
                {
                    Labels = new Dictionary<string, string> { ["zone"] = "a" },
                },
            },
            s_node with
            {
                Metadata = s_node.Metadata with { Generation = 2 },
            },
        ];

        Assert.All(changed, next => Assert.True(FleetChanges.Matter(s_node, next)));
        Assert.True(FleetChanges.Matter(null, s_node));
        Assert.True(FleetChanges.Matter(s_node, null));
    }

    [Fact]
    public void Matter_ReplicaReportsProgress_No()
    {
        ModelReplica next = s_replica with
        {
            Metadata = s_replica.Metadata with { ResourceVersion = "9", Finalizers = ["a/b"] },
            Status = s_replica.Status! with { Pull = new ReplicaPull { Summary = "43%" } },
        };

        Assert.False(FleetChanges.Matter(s_replica, next));
    }

    [Fact]
    public void Matter_PullFailsOrGoesOn_Yes()
    {
        ModelReplica failed = s_replica with
        {
            Status = s_replica.Status! with { Pull = new ReplicaPull { State = PullState.Failed } },
        };

        Assert.True(FleetChanges.Matter(s_replica, failed));
        Assert.True(FleetChanges.Matter(failed, s_replica));
    }

    [Fact]
    public void Matter_NodeBeginsToPull_No()
    {
        LlmNode next = s_node with
        {
            Status = s_node.Status! with { Fetching = [new FetchingModel { Digest = "sha256:a" }] },
        };

        Assert.False(FleetChanges.Matter(s_node, next));
    }

    [Fact]
    public void Matter_ReplicaBecomesHealthyOrGoes_Yes()
    {
        ModelReplica[] changed =
        [
            s_replica with
            {
                Status = s_replica.Status! with { Conditions = Ready(ConditionStatus.True) },
            },
            s_replica with
            {
                Metadata = s_replica.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch },
            },
            s_replica with
            {
                Metadata = s_replica.Metadata with { Generation = 3 },
            },
            s_replica with
            {
                Metadata = s_replica.Metadata with
                {
                    OwnerReferences =
                    [
                        new OwnerReference
                        {
                            ApiVersion = "v1",
                            Kind = "Other",
                            Name = "other",
                            Uid = "other",
                        },
                    ],
                },
            },
        ];

        Assert.All(changed, next => Assert.True(FleetChanges.Matter(s_replica, next)));
        Assert.True(FleetChanges.Matter(null, s_replica));
        Assert.True(FleetChanges.Matter(s_replica, null));
    }

    private static IReadOnlyList<Condition> Ready(ConditionStatus status) =>
        ((IReadOnlyList<Condition>?)null).Set("Ready", status, "Reason", "", 1, DateTimeOffset.UnixEpoch);
}
