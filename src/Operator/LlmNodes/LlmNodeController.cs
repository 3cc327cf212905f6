using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Operator.LlmNodes;

/// <summary>Wiring of LlmNode: heartbeats are leases of the node's name in the lease namespace.</summary>
internal static class LlmNodeController
{
    /// <summary>Only heartbeats are cached, not every lease of the cluster.</summary>
    public static InformerOptions Heartbeats(OperatorOptions options) =>
        new() { Namespace = options.LeaseNamespace };

    public static void Register(
        ControllerManager manager,
        LlmNodeReconciler reconciler,
        OperatorOptions options
    ) =>
        manager.AddController<LlmNode>(
            "llmnode",
            reconciler,
            controller =>
                controller
                    .Watches<Lease>(lease => [new ObjectKey(null, lease.Metadata.Name!)], Heartbeats(options))
                    .Watches<ModelReplica>(
                        (old, now) =>
                            // A replica that is new on a silent node must not look ready.
                            old is null
                            && now is not null
                                ? [new ObjectKey(null, now.Spec.NodeName)]
                                : []
                    )
        );
}
