using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Cli.Getting;

/// <summary>What to show, and how.</summary>
/// <param name="Kinds">Kinds; several for a category.</param>
/// <param name="Name">One object only; null for all.</param>
/// <param name="Namespace">Namespace; null for all.</param>
/// <param name="Selector">Label selector; null for none.</param>
/// <param name="Output"><c>table</c>, <c>wide</c>, <c>name</c>, <c>json</c> or <c>yaml</c>.</param>
internal sealed record GetRequest(
    IReadOnlyList<ResourceDefinition> Kinds,
    string? Name,
    string? Namespace,
    string? Selector,
    string Output
)
{
    /// <summary>True when the server's table is wanted.</summary>
    public bool IsTable => Output is "table" or "wide";
}
