namespace LlmOperator.ApiServer.Storage;

/// <summary>What a watch reads at once.</summary>
/// <param name="Events">Changes after the revision asked for, in order.</param>
/// <param name="Revision">All changes of the resource up to here are in <paramref name="Events"/> or were seen before.</param>
/// <param name="Oldest">The revision after which changes are still known; null unless the one asked for is older.</param>
/// <param name="Changed">Completes when there is more.</param>
internal sealed record WatchBatch(
    IReadOnlyList<StoreEvent> Events,
    long Revision,
    long? Oldest,
    Task Changed
);
