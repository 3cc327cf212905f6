using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Nodes;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Tests.Nodes;

public sealed class NodeStatusPlanTests
{
    private const long Gibibyte = 1L << 30;

    [Fact]
    public void Build_ReadingsTremble_StatusStaysTheSame()
    {
        LlmNode node = Node(Plan(Node(null), Reading(usedBytes: 2 * Gibibyte, utilization: 37)));

        // 37 and 38 lie on two sides of the middle between 25 and 50.
        LlmNodeStatus next = Plan(node, Reading(usedBytes: 2 * Gibibyte + (200 << 20), utilization: 38));

        Assert.Equal(node.Status!.Devices, next.Devices);
        Assert.Equal(node.Status.Disk, next.Disk);
    }

    [Fact]
    public void Build_ReadingsOfLessThanAMinuteAgo_StayWhileConditionsAreOfNow()
    {
        LlmNode node = Node(Plan(Node(null), Reading(usedBytes: 2 * Gibibyte, utilization: 0)));

        LlmNodeStatus next = Plan(
            node,
            Reading(usedBytes: 16 * Gibibyte, utilization: 100) with
            {
                KeepsReadings = true,
            }
        );

        Assert.Equal(node.Status!.Devices, next.Devices);
        Assert.True(next.Conditions.IsTrue(LlmNodeConditions.MemoryPressure));
    }

    [Fact]
    public void Build_RoomOnTheDisk_IsRoundedAndStaysUntilItIsLookedAtAgain()
    {
        NodeObservation reading = Reading(usedBytes: 2 * Gibibyte, utilization: 0);
        LlmNode node = Node(Plan(Node(null), reading with { RoomBytes = 7 * Gibibyte + 5 }));

        Assert.Equal(7 * Gibibyte, node.Status!.Disk!.RoomBytes);
        Assert.Equal(7 * Gibibyte, Plan(node, reading with { KeepsReadings = true }).Disk!.RoomBytes);
        Assert.Equal(4 * Gibibyte, Plan(node, reading with { RoomBytes = 4 * Gibibyte }).Disk!.RoomBytes);
    }

    [Fact]
    public void Build_DiskPressure_HoldsFromTheFirstWatermarkAndNotAroundIt()
    {
        Assert.False(Pressure(Node(null), usedGibibytes: 79));
        Assert.True(Pressure(Node(null), usedGibibytes: 80));
        LlmNode full = Node(Plan(Node(null), Disk(usedGibibytes: 81)));

        Assert.True(Pressure(full, usedGibibytes: 76));
        Assert.False(Pressure(full, usedGibibytes: 74));
        Assert.Contains(
            "threshold of 80",
            full.Status!.Conditions.Find(LlmNodeConditions.DiskPressure)!.Message,
            StringComparison.Ordinal
        );

        static NodeObservation Disk(int usedGibibytes) =>
            Reading(Gibibyte, 0) with
            {
                Disk = new DiskRoom(100 * Gibibyte, (100 - usedGibibytes) * Gibibyte),
            };

        static bool Pressure(LlmNode node, int usedGibibytes) =>
            Plan(node, Disk(usedGibibytes)).Conditions.IsTrue(LlmNodeConditions.DiskPressure);
    }

    [Fact]
    public void Build_ReadingsMoved_StatusFollows()
    {
        LlmNode node = Node(Plan(Node(null), Reading(usedBytes: 2 * Gibibyte, utilization: 0)));

        NodeDevice device = Assert.Single(
            Plan(node, Reading(usedBytes: 5 * Gibibyte, utilization: 100)).Devices
        );

        Assert.Equal(5 * Gibibyte, device.UsedBytes);
        Assert.Equal(100, device.UtilizationPercent);
    }

    [Fact]
    public void Build_AnotherCoolDeviceIsTheHottest_ConditionsStayTheSame()
    {
        LlmNode node = Node(Plan(Node(null), Cards(41, 43)));

        Assert.Equal(node.Status!.Conditions, Plan(node, Cards(43, 41)).Conditions);
        Assert.Contains(
            "CUDA1",
            Plan(node, Cards(41, 95)).Conditions.Find(LlmNodeConditions.ThermalPressure)!.Message
        );
    }

    private static NodeObservation Cards(params int[] temperatures) =>
        Reading(usedBytes: 0, utilization: 0) with
        {
            Devices =
            [
                .. temperatures.Select(
                    (t, i) =>
                        new DeviceReading
                        {
                            Name = $"CUDA{i}",
                            Kind = DeviceKind.Gpu,
                            MemoryBytes = Gibibyte,
                            UsedBytes = 0,
                            TemperatureCelsius = t,
                        }
                ),
            ],
        };

    private static LlmNodeStatus Plan(LlmNode node, NodeObservation seen) =>
        NodeStatusPlan.Build(
            node,
            seen,
            new NodeAgentOptions
            {
                NodeName = "a",
                DataDirectory = "/data",
                ServingToken = "0123456789abcdef",
            },
            DateTimeOffset.UnixEpoch
        );

    private static LlmNode Node(LlmNodeStatus? status) => new() { Status = status };

    private static NodeObservation Reading(long usedBytes, int utilization) =>
        new()
        {
            Devices =
            [
                new DeviceReading
                {
                    Name = "CPU",
                    Kind = DeviceKind.Cpu,
                    MemoryBytes = 16 * Gibibyte,
                    UsedBytes = usedBytes,
                    UtilizationPercent = utilization,
                },
            ],
            DefaultBudgets = new Dictionary<string, long> { ["CPU"] = 8 * Gibibyte },
            Disk = new DiskRoom(100 * Gibibyte, 50 * Gibibyte),
            Blobs = [],
            Engines = [],
            Replicas = [],
        };
}
