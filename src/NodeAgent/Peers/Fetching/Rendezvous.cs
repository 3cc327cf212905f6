using System.Text;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>An order of nodes for each key, on which all nodes agree without asking each other (rendezvous hashing). Pure.</summary>
internal static class Rendezvous
{
    /// <summary>The node that comes first for a key; null when there are none.</summary>
    public static string? First(IReadOnlyCollection<string> nodes, string key) =>
        nodes.Count == 0 ? null : nodes.MinBy(node => (Rank(node, key), node));

    /// <summary>How many of the nodes come before one.</summary>
    public static int Place(IReadOnlyCollection<string> nodes, string node, string key) =>
        nodes.Count(other => (Rank(other, key), other).CompareTo((Rank(node, key), node)) < 0);

    /// <summary>Nodes in the order of a key.</summary>
    public static IEnumerable<string> Order(IEnumerable<string> nodes, string key) =>
        nodes.OrderBy(node => Rank(node, key)).ThenBy(node => node, StringComparer.Ordinal);

    // FNV-1a, mixed (the finalizer of MurmurHash3): it must be the same on all nodes, not secret.
    private static ulong Rank(string node, string key)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in Encoding.UTF8.GetBytes($"{node}\n{key}"))
        {
            hash = (hash ^ b) * 1099511628211;
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
        return hash ^ (hash >> 33);
    }
}
