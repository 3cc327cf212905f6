using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.Operator.Seeding;

/// <summary>
/// Who goes to the origin for whom. For each digest and zone one node, or two when many want it; holders before others, so
/// that with one in the zone nobody goes there. Who is named stays named while it answers and its pull does not fail, when
/// few nodes are left to want it too: each change is a write for each of them.
/// Pure.
/// </summary>
internal static class SeederPlan
{
    /// <summary>More nodes than this in a zone get a second seeder: the first one's end would cost them all a pause.</summary>
    public const int NodesOfOneSeeder = 16;

    private const int MostSeeders = 2;

    /// <summary>Seeders by model and node; a node that has the files already keeps those that it names.</summary>
    public static IReadOnlyDictionary<(string Model, string Node), IReadOnlyList<string>> Of(
        IEnumerable<SeedNode> nodes,
        IEnumerable<SeedWish> wishes
    )
    {
        Dictionary<string, SeedNode> known = nodes.ToDictionary(n => n.Name);
        ILookup<string, SeedNode> zones = known.Values.ToLookup(n => n.Zone);
        Dictionary<(string, string), IReadOnlyList<string>> plan = [];
        foreach (
            IGrouping<(string Digest, string Zone), SeedWish> group in wishes
                .Where(w => known.ContainsKey(w.Node))
                .GroupBy(w => (w.Digest, known[w.Node].Zone))
        )
        {
            List<SeedWish> lacking = [.. group.Where(w => !known[w.Node].Stored.Contains(w.Digest))];
            IReadOnlyList<string> seeders =
                lacking.Count == 0 ? [] : Choose(group.Key.Digest, known, zones[group.Key.Zone], lacking);
            foreach (SeedWish wish in lacking)
            {
                plan[(wish.Model, wish.Node)] = seeders;
            }
        }

        return plan;
    }

    private static IReadOnlyList<string> Choose(
        string digest,
        Dictionary<string, SeedNode> known,
        IEnumerable<SeedNode> zone,
        List<SeedWish> lacking
    )
    {
        HashSet<string> holders = [.. zone.Where(n => n.Stored.Contains(digest)).Select(n => n.Name)];
        HashSet<string> wanting = [.. lacking.Select(w => w.Node)];
        HashSet<string> failed = [.. lacking.Where(w => w.HasFailed).Select(w => w.Node)];
        List<string> present = [.. lacking.SelectMany(w => w.Seeders ?? []).Distinct()];
        List<string> staying =
        [
            .. present
                .Where(name =>
                    known.TryGetValue(name, out SeedNode? node)
                    && (node.IsReady || node.IsAway)
                    && (holders.Contains(name) || (wanting.Contains(name) && !failed.Contains(name)))
                )
                .Order(StringComparer.Ordinal)
                .Take(MostSeeders),
        ];
        int wanted = wanting.Count > NodesOfOneSeeder ? MostSeeders : Math.Max(1, staying.Count);
        // Each digest has an order of its own, so that no node seeds all models.
        IEnumerable<string> others = holders
            .Concat(wanting)
            .Distinct()
            .Where(name => known[name].IsReady)
            .OrderBy(name =>
                holders.Contains(name) ? 0
                : failed.Contains(name) ? 2
                : 1
            )
            .ThenBy(name => Rank(digest, name), StringComparer.Ordinal);
        return [.. staying.Concat(others).Distinct().Take(wanted)];
    }

    private static string Rank(string digest, string node) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{digest} {node}")));
}
