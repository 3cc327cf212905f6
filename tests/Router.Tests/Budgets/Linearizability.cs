using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>
/// Whether calls on one ledger can be put in an order, each at one moment between its beginning and its end, in which a
/// register that is written on condition of a version answers as it did. Every write names the version that it replaces,
/// so the order of writes is known from the versions and no search is needed: what is left is whether it agrees with the
/// times, and whether reads saw what was there. Sound and complete for such a register.
/// </summary>
internal static class Linearizability
{
    /// <summary>What is wrong; null when there is such an order.</summary>
    /// <param name="operations">All calls.</param>
    /// <param name="last">The ledger at the end.</param>
    public static string? Problem(IReadOnlyList<LedgerOperation> operations, BudgetLedger last)
    {
        // The chain of versions from the first to the last, by the writes that are known to have happened or must have.
        LedgerOperation[] writes = [.. operations.Where(o => o.Sent is not null && !o.IsRefused)];
        List<(string Version, LedgerOperation Write)> chain = [];
        string? version = null;
        string end = last.Metadata.ResourceVersion!;
        HashSet<LedgerOperation> used = [];
        while (version != end)
        {
            LedgerOperation? known = writes.FirstOrDefault(w =>
                w.Answer is not null && w.Replaces == version
            );
            LedgerOperation? next =
                known
                ?? writes.FirstOrDefault(w => w.Answer is null && w.Replaces == version && IsFollowed(w));
            if (next is null)
            {
                return $"nobody wrote what replaced version {version ?? "(none)"}";
            }

            if (!used.Add(next))
            {
                return $"a write happened twice after version {version}";
            }

            string made = next.Answer?.Metadata.ResourceVersion ?? VersionMadeBy(next);
            chain.Add((made, next));
            version = made;
        }

        Dictionary<string, int> place = chain
            .Select((c, i) => (c.Version, i))
            .ToDictionary(c => c.Version, c => c.i);
        if (writes.FirstOrDefault(w => w.Answer is not null && !used.Contains(w)) is { } lost)
        {
            return $"the write of version {lost.Answer!.Metadata.ResourceVersion} was acknowledged and is lost";
        }

        for (int i = 0; i < chain.Count; i++)
        {
            // A later one that had ended before an earlier one began.
            if (
                chain.Skip(i + 1).FirstOrDefault(c => c.Write.Ended < chain[i].Write.Begun) is
                { Write: not null } early
            )
            {
                return $"version {early.Version} was written before version {chain[i].Version} was begun, and follows it";
            }
        }

        foreach (LedgerOperation read in operations.Where(o => o.Sent is null && o.Ended != long.MaxValue))
        {
            int seen = read.Answer is null
                ? -1
                : place.GetValueOrDefault(read.Answer.Metadata.ResourceVersion!, -2);
            if (
                seen == -2
                || (seen >= 0 && !KubernetesJson.AreEqual(chain[seen].Write.Sent!, read.Answer!.Spec))
            )
            {
                return "a read saw what nobody wrote";
            }

            if (seen >= 0 && chain[seen].Write.Begun > read.Ended)
            {
                return "a read saw what was not begun";
            }

            if (seen + 1 < chain.Count && chain[seen + 1].Write.Ended < read.Begun)
            {
                return $"a read saw version {seen}, which had been replaced before";
            }
        }

        return null;

        // Only a write that happened shows up: in what somebody read, or in what somebody replaced.
        bool IsFollowed(LedgerOperation write) => VersionsMadeBy(write).Any();

        string VersionMadeBy(LedgerOperation write) => VersionsMadeBy(write).First();

        // The first that saw it: the same text may be there again later.
        IEnumerable<string> VersionsMadeBy(LedgerOperation write) =>
            operations
                .Where(o => o.Answer is not null && o.Sent is null)
                .OrderBy(o => o.Ended)
                .Select(o => o.Answer!)
                .Append(last)
                .Where(l => KubernetesJson.AreEqual(l.Spec, write.Sent!))
                .Select(l => l.Metadata.ResourceVersion!)
                .Where(v => v != version && !chain.Any(c => c.Version == v));
    }
}
