using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Controllers.Tests.Hosting;

/// <summary>Keeps a config map of the widget's name with its size.</summary>
internal sealed class ChildReconciler(ControllerManager manager) : IReconciler<Widget>
{
    private readonly StatusWriter _status = new(manager.Client, "widget-status");

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (manager.Informer<Widget>().Lister.Find(request.Key) is not { } widget)
        {
            return ReconcileResult.Finished;
        }

        await manager.Client.ApplyAsync(
            new ConfigMap
            {
                Metadata = new ObjectMeta
                {
                    Name = widget.Key.Name,
                    Namespace = widget.Key.Namespace,
                    OwnerReferences = [OwnerReferences.ControllerOf(widget)],
                },
                Data = new Dictionary<string, string> { ["size"] = $"{widget.Spec.Size}" },
            },
            new ApplyOptions { FieldManager = "widget", Force = true },
            cancellationToken
        );
        await _status.WriteAsync<Widget, WidgetSpec, WidgetStatus>(
            widget,
            new WidgetStatus
            {
                Phase = "Reconciled",
                ObservedGeneration = widget.Metadata.Generation,
                Conditions = (widget.Status?.Conditions).Set(
                    "Ready",
                    ConditionStatus.True,
                    "Done",
                    "",
                    widget.Metadata.Generation,
                    TimeProvider.System.GetUtcNow()
                ),
            },
            cancellationToken
        );
        return ReconcileResult.Finished;
    }
}
