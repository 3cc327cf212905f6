using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Status;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Tests.Status;

public sealed class StatusReportTests
{
    [Fact]
    public void Write_Nothing_SaysWhatToDo()
    {
        string report = StatusReport.Write([], [], []);

        Assert.Contains("No node has reported yet.", report, StringComparison.Ordinal);
        Assert.Contains("llmop apply -f FILE", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ModelThatWaits_SaysWhyAndHowFarItIs()
    {
        Condition ready = new()
        {
            Type = LlmModelConditions.Ready,
            Status = ConditionStatus.False,
            Reason = LlmModelConditions.Pulling,
            Message = "one of one",
        };
        LlmModel model = new()
        {
            Metadata = new ObjectMeta { Name = "demo", Namespace = "default" },
            Status = new LlmModelStatus
            {
                Conditions = [ready],
                Replicas = new ReplicaCounts { Desired = 1 },
            },
        };
        ModelReplica replica = new()
        {
            Metadata = new ObjectMeta { Name = "demo-1", Namespace = "default" },
            Spec = new ModelReplicaSpec { ModelName = "demo", NodeName = "local" },
            Status = new ModelReplicaStatus
            {
                Pull = new ReplicaPull
                {
                    State = PullState.Pulling,
                    CompletedBytes = 1 << 20,
                    TotalBytes = 4 << 20,
                    BytesPerSecond = 1 << 20,
                    RemainingSeconds = 3,
                    Source = "registry.example.com",
                },
            },
        };

        string report = StatusReport.Write([], [model], [replica]);

        Assert.Matches("default +demo +False +0/1 .*Pulling: one of one", report);
        Assert.Matches(
            "demo +local +Pulling +1.0 MiB of 4.0 MiB +1.0 MiB/s +3 s +registry.example.com",
            report
        );
    }
}
