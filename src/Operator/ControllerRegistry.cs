using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.LlmModels.Refresh;
using LlmOperator.Operator.LlmNodes;
using LlmOperator.Operator.ModelCatalogs;
using LlmOperator.Operator.Routing;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator;

/// <summary>Makes every controller of the operator and registers it: a block a kind.</summary>
[Rbac<LlmModel>("list", "watch")]
[Rbac<LlmNode>("list", "watch")]
[Rbac<ModelReplica>("list", "watch")]
[Rbac<ModelCatalog>("list", "watch")]
[Rbac<InferenceProvider>("list", "watch")]
[Rbac<WorkerRole>("list", "watch")]
[Rbac<RoutingPolicy>("list", "watch")]
[Rbac<RouterKey>("list", "watch")]
[Rbac<BudgetLedger>("list", "watch")]
[Rbac<Lease>("list", "watch", Scope = RbacScope.OwnNamespace)]
internal static class ControllerRegistry
{
    public static void Register(
        ControllerManager manager,
        OperatorOptions options,
        ISourceResolver resolver,
        IRangeClient ranges,
        IEventRecorder events,
        TimeProvider time,
        Random random,
        ILoggerFactory loggers
    )
    {
        IKubernetesClient client = manager.Client;
        ILister<LlmModel> models = manager.Informer<LlmModel>().Lister;
        ILister<LlmNode> nodes = manager.Informer<LlmNode>().Lister;
        ILister<ModelCatalog> catalogs = manager.Informer<ModelCatalog>().Lister;
        ILister<Lease> heartbeats = manager.Informer<Lease>(LlmNodeController.Heartbeats(options)).Lister;
        ILister<ModelReplica> replicas = IndexedReplicas(manager);
        CatalogLister catalogLister = new(catalogs);
        InspectionBoard inspections = new();
        PlacementBoard placement = new();
        OperatorTriggers triggers = new();
        ModelInspector inspector = new(resolver, ranges, new SourceSecrets(client, options.Sources), time);

        LlmModelController.Register(
            manager,
            new InspectionReconciler(
                models,
                catalogLister,
                inspections,
                inspector,
                new SourceLooks(inspector, events, time, random),
                triggers,
                options,
                random,
                loggers.CreateLogger<InspectionReconciler>()
            ),
            new LlmModelReconciler(
                models,
                replicas,
                catalogLister,
                inspections,
                placement,
                client,
                events,
                options,
                time
            ),
            triggers,
            options
        );
        FleetController.Register(
            manager,
            new FleetReconciler(
                models,
                nodes,
                replicas,
                catalogLister,
                new FleetViews(inspections, options),
                new FleetExecutor(client, events, loggers.CreateLogger<FleetExecutor>()),
                placement,
                client,
                triggers,
                time,
                loggers.CreateLogger<FleetReconciler>()
            ),
            triggers
        );
        LlmNodeController.Register(
            manager,
            new LlmNodeReconciler(
                nodes,
                heartbeats,
                replicas,
                new HeartbeatWatch(time),
                new NodeZones(client, time),
                client,
                events,
                options,
                time
            ),
            options
        );
        manager.AddController("modelcatalog", new ModelCatalogReconciler(catalogs, client, time));
        RegisterRouting(manager, models, time);
    }

    private static void RegisterRouting(
        ControllerManager manager,
        ILister<LlmModel> models,
        TimeProvider time
    )
    {
        ILister<InferenceProvider> providers = manager.Informer<InferenceProvider>().Lister;
        ILister<WorkerRole> roles = manager.Informer<WorkerRole>().Lister;
        ILister<RoutingPolicy> policies = manager.Informer<RoutingPolicy>().Lister;
        RoutingStatuses statuses = new(manager.Client, time);
        TargetReferences references = new(models, providers, roles, policies);
        BudgetReports budgets = new(manager.Informer<BudgetLedger>().Lister, time);
        RoutingControllers.Register(
            manager,
            new WorkerRoleReconciler(roles, references, statuses, budgets),
            new RoutingPolicyReconciler(policies, references, statuses, budgets),
            new InferenceProviderReconciler(providers, statuses, manager.Client),
            new RouterKeyReconciler(manager.Informer<RouterKey>().Lister, statuses, budgets, time)
        );
    }

    private static ILister<ModelReplica> IndexedReplicas(ControllerManager manager)
    {
        SharedInformer<ModelReplica> informer = manager.Informer<ModelReplica>();
        informer.AddIndex(
            OperatorIndexes.ReplicasByModel,
            r => [$"{r.Metadata.Namespace}/{r.Spec.ModelName}"]
        );
        informer.AddIndex(OperatorIndexes.ReplicasByNode, r => [r.Spec.NodeName]);
        return informer.Lister;
    }
}
