namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// What may go from a store, in this order: unfinished downloads that nobody wants, then blobs that nobody pins, the
/// longest unused first. Nothing that is pinned, mapped or served, and nothing that is not the store's own. Pure.
/// </summary>
internal static class PrunePlan
{
    /// <summary>The first items whose bytes sum up to <paramref name="bytes"/>, or all that may go.</summary>
    public static IReadOnlyList<StoreItem> Build(IEnumerable<StoreItem> items, long bytes)
    {
        List<StoreItem> chosen = [];
        long freed = 0;
        foreach (StoreItem item in Candidates(items))
        {
            if (freed >= bytes)
            {
                break;
            }

            chosen.Add(item);
            freed += item.SizeBytes;
        }

        return chosen;
    }

    private static IEnumerable<StoreItem> Candidates(IEnumerable<StoreItem> items) =>
        items
            .Where(item => item is { PinnedBy.Count: 0, IsInUse: false, ReferencedPath: null })
            .OrderByDescending(item => item.IsPartial)
            .ThenBy(item => item.UsedAt);
}
