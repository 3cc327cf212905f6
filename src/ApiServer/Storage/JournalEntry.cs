namespace LlmOperator.ApiServer.Storage;

/// <summary>One record as it was read back.</summary>
/// <param name="Json">Null for a deletion.</param>
/// <param name="End">Where the next record begins.</param>
internal sealed record JournalEntry(
    GroupResource Resource,
    string Key,
    byte[]? Json,
    long Revision,
    long End
);
