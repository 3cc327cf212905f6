using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Output;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Keys;

/// <summary>Keys as a table.</summary>
internal static class KeyTable
{
    /// <summary>The table, with a line for each key.</summary>
    public static TextTable Of(IEnumerable<RouterKey> keys)
    {
        TextTable table = new();
        table.Add(["NAME", "OPENS", "EXPIRES", "READY", "SPENT"]);
        foreach (RouterKey key in keys.OrderBy(k => k.Metadata.Name, StringComparer.Ordinal))
        {
            table.Add([
                key.Metadata.Name!,
                key.Spec.AllowedNames is { } names ? string.Join(",", names) : "*",
                key.Spec.Expires?.ToString("yyyy-MM-dd") ?? "never",
                Ready(key),
                Spent(key),
            ]);
        }

        return table;
    }

    private static string Ready(RouterKey key)
    {
        Condition? ready = key.Status?.Conditions.FirstOrDefault(c => c.Type == RoutingConditions.Ready);
        return ready is null ? "Unknown"
            : ready.Status == ConditionStatus.True ? "True"
            : ready.Reason;
    }

    private static string Spent(RouterKey key) =>
        key.Status?.Budgets is { Count: > 0 } budgets
            ? string.Join(", ", budgets.Select(b => $"{b.Name} {b.Spent}/{b.Limit}"))
            : "-";
}
