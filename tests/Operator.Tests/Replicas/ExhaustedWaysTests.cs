using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.Tests.Replicas;

/// <summary>What a replica's status says of the memory of its way of loading.</summary>
public sealed class ExhaustedWaysTests
{
    private static ModelReplica Failed(string reason, long observedGeneration = 2) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "m-1", Generation = 2 },
            Spec = new ModelReplicaSpec { Exhausted = ["better@Gpu"] },
            Status = new ModelReplicaStatus
            {
                Conditions =
                [
                    new Condition
                    {
                        Type = ModelReplicaConditions.Loaded,
                        Status = ConditionStatus.False,
                        Reason = reason,
                        ObservedGeneration = observedGeneration,
                    },
                ],
                Memory = new ReplicaMemory
                {
                    Devices =
                    [
                        new ReplicaDeviceMemory { Device = "CUDA0", Projected = 700 },
                        new ReplicaDeviceMemory { Device = "CPU" },
                    ],
                },
            },
        };

    [Fact]
    public void Projected_PassesTheReservation_IsWhatTheEngineSaysByDevice() =>
        Assert.Equal(
            new Dictionary<string, long> { ["CUDA0"] = 700 },
            ExhaustedWays.Projected(Failed(ModelReplicaConditions.ReservationExceeded))
        );

    [Theory]
    [InlineData(ModelReplicaConditions.OutOfMemory, 2)]
    [InlineData(ModelReplicaConditions.EngineExited, 2)]
    [InlineData(ModelReplicaConditions.ReservationExceeded, 1)]
    public void Projected_RanOutOtherwiseOrOfAnEarlierSpec_IsNull(string reason, long observed) =>
        Assert.Null(ExhaustedWays.Projected(Failed(reason, observed)));

    [Fact]
    public void Of_RanOut_AddsThePresentWay()
    {
        ModelReplica replica = Failed(ModelReplicaConditions.OutOfMemory);

        Assert.Equal(
            ["better@Gpu", $"{CandidateIds.Of(replica)}@Partial"],
            ExhaustedWays.Of(replica, DeviceLayout.Partial)
        );
    }

    [Fact]
    public void Of_EngineFailedOtherwise_AddsNothing() =>
        Assert.Equal(
            ["better@Gpu"],
            ExhaustedWays.Of(Failed(ModelReplicaConditions.EngineExited), DeviceLayout.Gpu)
        );
}
