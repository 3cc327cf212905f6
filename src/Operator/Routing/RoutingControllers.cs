using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Routing;

/// <summary>Wiring of the routing kinds. An object that appears or vanishes concerns all that may name it.</summary>
internal static class RoutingControllers
{
    public static void Register(
        ControllerManager manager,
        WorkerRoleReconciler role,
        RoutingPolicyReconciler policy,
        InferenceProviderReconciler provider,
        RouterKeyReconciler key
    )
    {
        ILister<WorkerRole> roles = manager.Informer<WorkerRole>().Lister;
        ILister<RoutingPolicy> policies = manager.Informer<RoutingPolicy>().Lister;
        manager.AddController<InferenceProvider>(
            "inferenceprovider",
            provider,
            controller => controller.WithPredicate(Predicates.IsNotStatusOnly)
        );
        manager.AddController<WorkerRole>(
            "workerrole",
            role,
            controller =>
                controller
                    .WithPredicate(Predicates.IsNotStatusOnly)
                    .Watches<LlmModel>(Appearance<LlmModel, WorkerRole>(roles))
                    .Watches<RoutingPolicy>(Appearance<RoutingPolicy, WorkerRole>(roles))
                    .Watches<InferenceProvider>(Change<InferenceProvider, WorkerRole>(roles))
                    .Watches<BudgetLedger>(BudgetReports.OwnersOf(nameof(WorkerRole)))
        );
        manager.AddController<RoutingPolicy>(
            "routingpolicy",
            policy,
            controller =>
                controller
                    .WithPredicate(Predicates.IsNotStatusOnly)
                    .Watches<LlmModel>(Appearance<LlmModel, RoutingPolicy>(policies))
                    .Watches<WorkerRole>(Appearance<WorkerRole, RoutingPolicy>(policies))
                    .Watches<InferenceProvider>(Change<InferenceProvider, RoutingPolicy>(policies))
                    .Watches<BudgetLedger>(BudgetReports.OwnersOf(nameof(RoutingPolicy)))
        );
        manager.AddController<RouterKey>(
            "routerkey",
            key,
            controller =>
                controller
                    .WithPredicate(Predicates.IsNotStatusOnly)
                    .Watches<BudgetLedger>(BudgetReports.OwnersOf(nameof(RouterKey)))
        );
    }

    private static Func<TOther?, TOther?, IEnumerable<ObjectKey>> Appearance<TOther, T>(ILister<T> lister)
        where TOther : KubernetesObject
        where T : KubernetesObject =>
        (old, now) => old is null || now is null ? Keys(lister, (now ?? old)!) : [];

    private static Func<TOther?, TOther?, IEnumerable<ObjectKey>> Change<TOther, T>(ILister<T> lister)
        where TOther : KubernetesObject
        where T : KubernetesObject =>
        (old, now) => Predicates.IsNotStatusOnly(old, now) ? Keys(lister, (now ?? old)!) : [];

    private static IEnumerable<ObjectKey> Keys<T>(ILister<T> lister, KubernetesObject concerned)
        where T : KubernetesObject => lister.List(concerned.Metadata.Namespace).Select(o => o.Key);
}
