using LlmOperator.Fleet.Tests.Simulation;

namespace LlmOperator.Fleet.Tests;

/// <summary>Many nodes and models at once cost the API server and the origin what docs/decisions/0014 allows.</summary>
public sealed class FleetLimitsTests
{
    [Fact]
    public async Task Fleet_EightNodesThreeModels_StaysWithinTheLimits()
    {
        FleetCounts counts = await SimulatedFleet.RunAsync(
            new FleetOptions { Nodes = 8, Models = 3 },
            TestContext.Current.CancellationToken
        );

        Assert.Equal(24, counts.ReplicaStatus.Count);
        Assert.All(counts.ReplicaStatus, writes => Assert.NotEqual(0, writes));
        Assert.All(counts.Copies, copies => Assert.InRange(copies, 1, double.MaxValue));
        Assert.Empty(FleetLimits.Passed(counts));
    }

    [Fact]
    public void Limits_CountAboveOne_NameIt()
    {
        FleetCounts counts = new()
        {
            Options = new FleetOptions { Nodes = 2, Models = 1 },
            Elapsed = TimeSpan.FromSeconds(10),
            Writes = 100,
            ReplicaStatus = [16, 17],
            ReplicaFinalizers = [1, 1],
            NodeStatus = [8, 7],
            NodeEvents = [4, 4],
            Leases = [3, 3],
            OtherAgentWrites = 2,
            Replicas = [2, 1],
            ModelStatus = [12],
            OperatorEvents = 10,
            OtherOperatorWrites = 9,
            OriginRequests = [15],
            Inspections = [4],
            Copies = [1.25],
            Units = 10,
        };

        Assert.Equal(
            [
                "agent: status of a replica: 17 > 16",
                "agent: status of its node: 8 > 7.17",
                "origin: copies of a model: 1.25 > 1.1",
            ],
            FleetLimits.Passed(counts)
        );
    }
}
