using LlmOperator.Api.V1Alpha1;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Replicas;

/// <summary>Reads from a replica where its layers are, as placement wrote it down. Pure.</summary>
internal static class ReplicaLayouts
{
    /// <summary>How a replica lies on its node.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="choices">The ways of its model by identity.</param>
    public static PlacementLayout Of(ModelReplica replica, IReadOnlyDictionary<string, LoadChoice> choices)
    {
        ReplicaEngine engine = replica.Spec.Engine;
        if (engine.Devices is not { Count: > 0 } gpus)
        {
            return PlacementLayout.Cpu;
        }

        if (engine.CpuExpertLayers > 0)
        {
            return new PlacementLayout(DeviceLayout.ExpertsOnCpu, gpus, [])
            {
                CpuExpertLayers = engine.CpuExpertLayers,
            };
        }

        bool isPartial =
            choices.TryGetValue(CandidateIds.Of(replica), out LoadChoice? choice)
            && engine.GpuLayers < choice.Layers;
        return !isPartial && gpus.Count == 1
            ? PlacementLayout.Gpu(gpus[0])
            : new PlacementLayout(
                isPartial ? DeviceLayout.Partial : DeviceLayout.SeveralGpus,
                gpus,
                engine.LayersPerDevice ?? [engine.GpuLayers]
            );
    }
}
