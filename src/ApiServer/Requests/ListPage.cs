using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Requests;

/// <summary>What one list request answers with.</summary>
/// <param name="Remaining">How many objects follow; 0 when none do or selectors make it unknown.</param>
internal sealed record ListPage(
    long Revision,
    IReadOnlyList<StoredObject> Items,
    ContinueToken? Next,
    int Remaining
);
