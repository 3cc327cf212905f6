using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;

namespace LlmOperator.NodeAgent.Tests.Replicas;

/// <summary>When a rollout may go on to the next node.</summary>
public sealed class ReplicaStateTests
{
    public static TheoryData<string, bool, bool> States =>
        new()
        {
            { "new", false, false },
            { "pending", false, false },
            { "pulling", true, true },
            { "stored", false, true },
            { "loading", false, true },
            { "loaded", true, true },
            { "failed", true, true },
        };

    [Theory]
    [MemberData(nameof(States))]
    public void IsSettled_NothingMoreComesByItself(string state, bool preloaded, bool onDemand)
    {
        ReplicaState of = state switch
        {
            "pending" => new ReplicaState { Pull = new PullProgress { State = PullState.Pending } },
            "pulling" => new ReplicaState { Pull = new PullProgress { State = PullState.Pulling } },
            "stored" => new ReplicaState { IsStored = true },
            "loading" => new ReplicaState { IsStored = true, Residency = Residency.Loading },
            "loaded" => new ReplicaState { IsStored = true, Residency = Residency.Loaded },
            "failed" => new ReplicaState
            {
                Failure = new ReplicaFailure(ModelReplicaConditions.EngineExited, "x"),
            },
            _ => new ReplicaState(),
        };

        Assert.Equal(
            (preloaded, onDemand),
            (of.IsSettled(LoadingMode.Preload), of.IsSettled(LoadingMode.OnDemand))
        );
    }

    [Fact]
    public void Status_OnlyStored_IsReadyWithoutAnAddress()
    {
        ModelReplicaStatus status = ReplicaStatusPlan.Build(
            null,
            new ReplicaState { IsStored = true, Generation = 2 },
            LoadingMode.StoreOnly,
            new Uri("http://n1/"),
            DateTimeOffset.UnixEpoch
        );

        Assert.Null(status.Endpoint);
        Assert.Equal(
            [
                "Stored True Verified",
                "Loaded False StoreOnly",
                "Ready True StoreOnly",
                "Degraded False AsExpected",
            ],
            status.Conditions.Select(c => $"{c.Type} {c.Status} {c.Reason}")
        );
        Assert.True(new ReplicaState { IsStored = true }.IsSettled(LoadingMode.StoreOnly));
    }
}
