using LlmOperator.Cli.Planning;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Tests.Planning;

public sealed class FleetPlanReportTests
{
    [Fact]
    public void Write_PlacedRemovedAndLacking_TellsAllThree()
    {
        FleetPreview preview = new()
        {
            Replicas =
            [
                new PreviewedReplica
                {
                    Model = "default/demo",
                    Node = "a",
                    Change = "New",
                    Way = "Q4",
                    PullBytes = 6L << 30,
                    Devices = [new PreviewedDevice { Name = "CUDA0", TotalBytes = 5L << 30 }],
                },
            ],
            Removals = [new PreviewedRemoval("default/low", "a", "Preempted", 8L << 30)],
            Models =
            [
                new PreviewedModel
                {
                    Model = "default/demo",
                    Wanted = 2,
                    Placed = 1,
                    Nodes =
                    [
                        new NodeVerdict
                        {
                            Node = "b",
                            Verdict = "InsufficientMemory",
                            Message = "b: 3.0Gi is missing",
                            MissingBytes = 3L << 30,
                        },
                    ],
                },
                new PreviewedModel { Model = "default/broken", Problem = "There is no such file." },
            ],
        };

        Assert.Equal(
            """
            CHANGE    MODEL          NODE   WAY         MEMORY          PULL      MINUTES
            New       default/demo   a      Q4          CUDA0 5.0 GiB   6.0 GiB   1.0
            Removed   default/low    a      Preempted   8.0 GiB freed   -         -

            6.0 GiB to pull; minutes at 102.4 MiB/s a node (--rate).

            default/demo: 1 of 2 replicas have a node.
              b: 3.0Gi is missing

            default/broken cannot be planned: There is no such file.

            """,
            FleetPlanReport.Write(preview, 107_374_182)
        );
    }
}
