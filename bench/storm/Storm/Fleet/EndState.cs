using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Storm.Fleet;

/// <summary>
/// What a fleet has come to, without what chance decides: times, uids, and on which of many equal nodes a replica is.
/// </summary>
internal static class EndState
{
    public static IReadOnlyList<string> Of(
        IReadOnlyList<LlmModel> models,
        IReadOnlyList<ModelReplica> replicas
    )
    {
        ILookup<string, ModelReplica> byModel = replicas.ToLookup(r => r.Spec.ModelName);
        return
        [
            .. models
                .OrderBy(m => m.Metadata.Name, StringComparer.Ordinal)
                .SelectMany(m =>
                    byModel[m.Metadata.Name!]
                        .Select(Describe)
                        .Order(StringComparer.Ordinal)
                        .Prepend(Describe(m))
                        .Select(line => $"{m.Metadata.Name} {line}")
                ),
        ];
    }

    /// <summary>What must not be, whatever happened on the way; empty when all is well.</summary>
    public static IReadOnlyList<string> Faults(
        IReadOnlyList<LlmModel> models,
        IReadOnlyList<ModelReplica> replicas,
        IReadOnlyList<LlmNode> nodes
    )
    {
        Dictionary<string, int> wanted = models.ToDictionary(
            m => m.Metadata.Name!,
            m => m.Spec.Placement.Replicas
        );
        Dictionary<(string, string), long> budgets = nodes
            .SelectMany(n =>
                (n.Status?.Devices ?? []).Select(d => ((n.Metadata.Name!, d.Name), d.BudgetBytes))
            )
            .ToDictionary();
        return
        [
            .. replicas
                .GroupBy(r => r.Spec.ModelName)
                .Where(g => g.Count() != wanted.GetValueOrDefault(g.Key))
                .Select(g => $"{g.Key} has {g.Count()} replicas"),
            .. replicas
                .GroupBy(r => (r.Spec.ModelName, r.Spec.NodeName))
                .Where(g => g.Count() > 1)
                .Select(g => $"{g.Key} twice"),
            .. replicas
                .SelectMany(r =>
                    r.Spec.Reservations.Select(x => (Device: (r.Spec.NodeName, x.Device), x.TotalBytes))
                )
                .GroupBy(x => x.Device)
                .Where(g => g.Sum(x => x.TotalBytes) > budgets.GetValueOrDefault(g.Key))
                .Select(g => $"{g.Key} is overbooked"),
        ];
    }

    private static string Describe(LlmModel model) =>
        string.Join(
            ' ',
            model.Status!.Conditions.OrderBy(c => c.Type, StringComparer.Ordinal).Select(Describe)
        )
        + $" variant={model.Status.Variant} context={model.Status.ContextLength}"
        + $" ready={model.Status.Replicas?.Ready}/{model.Status.Replicas?.Desired}"
        + $" digests={string.Join(',', model.Status.Artifacts.Select(a => a.Digest))}";

    private static string Describe(ModelReplica replica) =>
        $"replica {replica.Spec.Artifact.Variant} {replica.Spec.Artifact.Digest}"
        + $" context={replica.Spec.Engine.ContextLength} layers={replica.Spec.Engine.GpuLayers}"
        + $" bytes={string.Join(',', replica.Spec.Reservations.Select(r => r.TotalBytes))}"
        + $" deleting={replica.IsBeingDeleted} "
        + string.Join(
            ' ',
            (replica.Status?.Conditions ?? []).OrderBy(c => c.Type, StringComparer.Ordinal).Select(Describe)
        );

    private static string Describe(Condition condition) =>
        $"{condition.Type}={condition.Status}/{condition.Reason}";
}
