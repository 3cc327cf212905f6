using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Status;

/// <summary>Sets and reads the conditions of a status (C43).</summary>
public static class Conditions
{
    /// <summary>
    /// The list with one condition set. <see cref="Condition.LastTransitionTime"/> changes only when the status does;
    /// the order of the others stays.
    /// </summary>
    /// <param name="current">Present conditions; null for none.</param>
    /// <param name="type">Aspect.</param>
    /// <param name="status">Whether it holds.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">What it means, for people.</param>
    /// <param name="observedGeneration">Generation that this was computed from.</param>
    /// <param name="now">Time of a transition.</param>
    public static IReadOnlyList<Condition> Set(
        this IReadOnlyList<Condition>? current,
        string type,
        ConditionStatus status,
        string reason,
        string message,
        long observedGeneration,
        DateTimeOffset now
    )
    {
        Condition? existing = current.Find(type);
        Condition condition = new()
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = observedGeneration,
            LastTransitionTime = existing?.Status == status ? existing.LastTransitionTime : now,
        };
        return existing is null
            ? [.. current ?? [], condition]
            : [.. current!.Select(c => c.Type == type ? condition : c)];
    }

    /// <summary>
    /// The list with every type of <paramref name="types"/> present; those not yet known are Unknown, so that a reader
    /// can tell "not yet looked at" from "does not apply".
    /// </summary>
    public static IReadOnlyList<Condition> Initialize(
        this IReadOnlyList<Condition>? current,
        IEnumerable<string> types,
        long observedGeneration,
        DateTimeOffset now
    )
    {
        IReadOnlyList<Condition> result = current ?? [];
        foreach (string type in types.Where(type => current.Find(type) is null))
        {
            result = result.Set(
                type,
                ConditionStatus.Unknown,
                "Pending",
                "Not yet reconciled.",
                observedGeneration,
                now
            );
        }

        return result;
    }

    /// <summary>The condition of a type, or null.</summary>
    public static Condition? Find(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(c => c.Type == type);

    /// <summary>True when the condition is there and True.</summary>
    public static bool IsTrue(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions.Find(type)?.Status == ConditionStatus.True;

    /// <summary>The list without the condition of a type.</summary>
    public static IReadOnlyList<Condition> Remove(this IReadOnlyList<Condition>? conditions, string type) =>
        [.. (conditions ?? []).Where(c => c.Type != type)];
}
