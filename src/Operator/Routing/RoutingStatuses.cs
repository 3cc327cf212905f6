using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Routing;

/// <summary>
/// Writes the status of routing objects: a Ready condition from a list of problems. A spec that contradicts itself is
/// stalled; what names an object that is not there yet waits for it.
/// </summary>
internal sealed class RoutingStatuses(IKubernetesClient client, TimeProvider time)
{
    private readonly StatusWriter _status = new(client, WellKnown.OperatorFieldManager);

    /// <summary>Problems of a spec as problems of an object.</summary>
    public static IEnumerable<RoutingProblem> Of(IReadOnlyList<SpecProblem> problems) =>
        problems.Count == 0
            ? []
            : [new RoutingProblem(ConditionReason.InvalidSpec, string.Join("; ", problems) + ".")];

    /// <summary>Writes Ready; the first problem gives the reason, all give the message; and how far budgets are used.</summary>
    public Task<T> WriteAsync<T, TSpec>(
        T obj,
        IReadOnlyList<RoutingProblem> problems,
        string readyMessage,
        IReadOnlyList<BudgetStatus>? budgets,
        CancellationToken cancellationToken
    )
        where T : CustomResource<TSpec, RoutingStatus>
        where TSpec : class, new()
    {
        long generation = obj.Metadata.Generation;
        DateTimeOffset now = time.GetUtcNow();
        RoutingStatus status = new()
        {
            ObservedGeneration = generation,
            Budgets = budgets,
            Conditions = (obj.Status?.Conditions)
                .Set(
                    RoutingConditions.Ready,
                    problems.Count == 0 ? ConditionStatus.True : ConditionStatus.False,
                    problems.Count == 0 ? RoutingConditions.Resolved : problems[0].Reason,
                    problems.Count == 0 ? readyMessage : string.Join(" ", problems.Select(p => p.Message)),
                    generation,
                    now
                )
                .WithProgress(
                    RoutingConditions.Ready,
                    problems.Any(p =>
                        p.Reason is ConditionReason.InvalidSpec or RoutingConditions.KeyExpired
                    ),
                    now
                ),
        };
        return _status.WriteAsync<T, TSpec, RoutingStatus>(obj, status, cancellationToken);
    }
}
