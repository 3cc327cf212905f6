using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Wiring of the two controllers of LlmModel: inspection, which may wait for sources, and status.</summary>
internal static class LlmModelController
{
    private const int StatusWritesAtOnce = 4;

    public static void Register(
        ControllerManager manager,
        InspectionReconciler inspection,
        LlmModelReconciler status,
        OperatorTriggers triggers,
        OperatorOptions options
    )
    {
        IEnumerable<ObjectKey> All(ModelCatalog catalog) =>
            manager.Informer<LlmModel>().Lister.List().Select(m => m.Key);

        manager.AddController<LlmModel>(
            "llmmodel-inspection",
            inspection,
            controller =>
                controller
                    .WithPredicate(Predicates.IsNotStatusOnly)
                    .WithConcurrency(options.MaxConcurrentInspections)
                    .WithReconcileTimeout(InspectionConstants.Limit)
                    .Watches<ModelCatalog>(All)
        );
        manager.AddController<LlmModel>(
            "llmmodel",
            status,
            controller =>
                controller
                    .WithConcurrency(StatusWritesAtOnce)
                    .Owns<ModelReplica>()
                    .Watches<ModelCatalog>(All)
                    .Watches(triggers.Model)
        );
    }
}
