using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.NodeAgent.Memory;

namespace LlmOperator.NodeAgent.Tests.Memory;

public sealed class MemoryTruthTests
{
    private static readonly DeviceReservation[] s_reserved =
    [
        new() { Device = "CUDA0", TotalBytes = 5_000 },
        new() { Device = "CPU", TotalBytes = 300 },
    ];

    private static readonly EngineProjection s_projection = new()
    {
        KvCacheBytes = 500,
        Devices = [new ProjectedDevice("Host", 100, 0, 50), new ProjectedDevice("CUDA0", 4_000, 500, 100)],
    };

    [Fact]
    public void Planned_EngineProjects_StandsBesideTheReservation()
    {
        ReplicaMemory memory = MemoryTruth.Planned(s_reserved, s_projection);

        Assert.Equal(4_750, memory.Projected);
        Assert.Null(memory.Error);
        Assert.Equal(
            [
                new ReplicaDeviceMemory
                {
                    Device = "CPU",
                    Planned = 300,
                    Projected = 150,
                },
                new ReplicaDeviceMemory
                {
                    Device = "CUDA0",
                    Planned = 5_000,
                    Projected = 4_600,
                },
            ],
            memory.Devices
        );
    }

    [Fact]
    public void Observed_OneDeviceTellsNothing_ErrorCountsTheOther()
    {
        ReplicaMemory memory = MemoryTruth.Observed(
            MemoryTruth.Planned(s_reserved, s_projection),
            new Dictionary<string, long> { ["CPU"] = 340 }
        );

        Assert.Equal(340, memory.Observed);
        Assert.Equal(40, memory.Error);
        Assert.Null(memory.Devices![1].Observed);
    }

    [Fact]
    public void Observed_DeviceThatNobodyPlanned_IsAnErrorOfItsOwn()
    {
        ReplicaMemory memory = MemoryTruth.Observed(
            MemoryTruth.Planned(s_reserved, s_projection),
            new Dictionary<string, long>
            {
                ["CPU"] = 300,
                ["CUDA0"] = 4_900,
                ["CUDA1"] = 700,
            }
        );

        Assert.Equal(600, memory.Error);
        Assert.Equal(["CPU", "CUDA0", "CUDA1"], memory.Devices!.Select(device => device.Device));
    }

    [Fact]
    public void Unloaded_KeepsThePlanAndForgetsTheUse()
    {
        ReplicaMemory planned = MemoryTruth.Planned(s_reserved, s_projection);
        ReplicaMemory used = MemoryTruth.Observed(planned, new Dictionary<string, long> { ["CPU"] = 340 });

        ReplicaMemory memory = MemoryTruth.Unloaded(used);

        Assert.Null(memory.Observed);
        Assert.Null(memory.Error);
        Assert.Equal(planned.Devices, memory.Devices);
    }
}
