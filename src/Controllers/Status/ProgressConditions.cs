using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Status;

/// <summary>
/// The two conditions by which kstatus (Flux, <c>kubectl</c> plugins) and Argo CD read any object: they are present
/// only while they are true, so that an object at rest has neither.
/// </summary>
public static class ProgressConditions
{
    /// <summary>Work is going on, or something that will come by itself is waited for.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Nothing will change without a person.</summary>
    public const string Stalled = "Stalled";

    /// <summary>
    /// The list with the one of both that follows from another condition: neither while that one is True, else one of
    /// them with its reason and message.
    /// </summary>
    /// <param name="conditions">List with the condition <paramref name="ready"/>.</param>
    /// <param name="ready">Type of the condition that says whether all is well.</param>
    /// <param name="isStalled">Whether only a person can help while it is not True.</param>
    /// <param name="now">Time of a transition.</param>
    public static IReadOnlyList<Condition> WithProgress(
        this IReadOnlyList<Condition> conditions,
        string ready,
        bool isStalled,
        DateTimeOffset now
    )
    {
        Condition? found = conditions.Find(ready);
        bool isReady = found?.Status == ConditionStatus.True;
        return conditions
            .SetWhile(Stalled, !isReady && isStalled, found, now)
            .SetWhile(Reconciling, !isReady && !isStalled, found, now);
    }

    /// <summary>The list with a condition that is True while it holds and absent otherwise.</summary>
    /// <param name="conditions">Present conditions.</param>
    /// <param name="type">Aspect.</param>
    /// <param name="holds">Whether it holds.</param>
    /// <param name="why">Gives reason, message and generation.</param>
    /// <param name="now">Time of a transition.</param>
    public static IReadOnlyList<Condition> SetWhile(
        this IReadOnlyList<Condition> conditions,
        string type,
        bool holds,
        Condition? why,
        DateTimeOffset now
    ) =>
        holds && why is not null
            ? conditions.Set(type, ConditionStatus.True, why.Reason, why.Message, why.ObservedGeneration, now)
            : conditions.Remove(type);
}
