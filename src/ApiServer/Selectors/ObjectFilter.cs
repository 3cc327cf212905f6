using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Selectors;

/// <summary>Which objects of a kind a list or watch is about.</summary>
/// <param name="Namespace">Empty for all namespaces.</param>
internal sealed record ObjectFilter(string Namespace, LabelSelector Labels, FieldSelector Fields)
{
    /// <summary>True when more than the namespace counts.</summary>
    public bool HasSelectors => !Labels.MatchesAll || !Fields.MatchesAll;

    public bool Matches(StoredObject item) =>
        (Namespace.Length == 0 || item.Namespace == Namespace)
        && Labels.Matches(item.Labels)
        && Fields.Matches(item);
}
