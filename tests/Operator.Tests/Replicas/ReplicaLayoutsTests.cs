using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.Tests.Replicas;

/// <summary>Where the layers of a replica are, read from its spec.</summary>
public sealed class ReplicaLayoutsTests
{
    [Fact]
    public void Of_NoDevices_IsTheCpu() => Assert.Equal("Cpu []", Text(new ReplicaEngine()));

    [Fact]
    public void Of_OneGpuWithAllLayers_IsThatGpu() =>
        Assert.Equal("Gpu CUDA1 []", Text(new ReplicaEngine { Devices = ["CUDA1"], GpuLayers = 33 }));

    [Fact]
    public void Of_OneGpuWithSomeLayers_IsPartial() =>
        Assert.Equal("Partial CUDA1 [20]", Text(new ReplicaEngine { Devices = ["CUDA1"], GpuLayers = 20 }));

    [Fact]
    public void Of_SeveralGpus_HasTheLayersOfEach() =>
        Assert.Equal(
            "SeveralGpus CUDA0 CUDA1 [13,20]",
            Text(
                new ReplicaEngine
                {
                    Devices = ["CUDA0", "CUDA1"],
                    GpuLayers = 33,
                    LayersPerDevice = [13, 20],
                }
            )
        );

    [Fact]
    public void Of_OneGpuWithExpertsInRam_SaysOfHowManyLayers()
    {
        PlacementLayout layout = Layout(
            new ReplicaEngine
            {
                Devices = ["CUDA1"],
                GpuLayers = 33,
                CpuExpertLayers = 12,
            }
        );

        Assert.Equal(DeviceLayout.ExpertsOnCpu, layout.Kind);
        Assert.Equal(["CUDA1"], layout.Gpus);
        Assert.Equal(12, layout.CpuExpertLayers);
    }

    private static string Text(ReplicaEngine engine)
    {
        PlacementLayout layout = Layout(engine);
        return string.Join(
            ' ',
            [layout.Kind.ToString(), .. layout.Gpus, $"[{string.Join(',', layout.LayersPerGpu)}]"]
        );
    }

    private static PlacementLayout Layout(ReplicaEngine engine)
    {
        ModelReplica replica = new() { Spec = new ModelReplicaSpec { Engine = engine } };
        LoadChoice choice = new()
        {
            Artifact = new ModelArtifact(),
            ContextLength = 0,
            KvCacheType = KvCacheType.F16,
            Layers = 33,
            Candidate = new PlacementCandidate { Id = CandidateIds.Of(replica), Description = "Q4" },
        };
        return ReplicaLayouts.Of(
            replica,
            new Dictionary<string, LoadChoice> { [choice.Candidate.Id] = choice }
        );
    }
}
