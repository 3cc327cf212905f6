using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Fleet;

/// <summary>
/// Wiring of placement. It is one decision over all models and nodes, so there is one key: whatever changes, the whole
/// fleet is planned, one plan at a time, and the next only when the caches show what the last one wrote (C31).
/// </summary>
internal static class FleetController
{
    /// <summary>The only key.</summary>
    public static ObjectKey Key { get; } = new(null, "fleet");

    public static void Register(
        ControllerManager manager,
        FleetReconciler reconciler,
        OperatorTriggers triggers
    ) =>
        manager.AddController<LlmModel>(
            "fleet",
            reconciler,
            controller =>
                controller
                    .WithPredicate((_, _) => false)
                    .Watches<LlmModel>((old, now) => FleetChanges.Matter(old, now) ? [Key] : [])
                    .Watches<LlmNode>((old, now) => FleetChanges.Matter(old, now) ? [Key] : [])
                    .Watches<ModelReplica>((old, now) => FleetChanges.Matter(old, now) ? [Key] : [])
                    .Watches<ModelCatalog>(_ => [Key])
                    .Watches(triggers.Fleet)
        );
}
