using System.Runtime.InteropServices;

namespace LlmOperator.Operator.Placement;

/// <summary>A node where a rung fits, with what makes it better than others: of each the least.</summary>
/// <param name="Ledger">The node.</param>
/// <param name="Domain">Replicas of the model that are in the same domain of its spread label.</param>
/// <param name="Reluctance">How much speaks against the node.</param>
/// <param name="PullBytes">Bytes that it would have to pull.</param>
/// <param name="LeftBytes">Bytes that would be left of the fullest device: the tightest gap comes first.</param>
/// <param name="Fit">How it would lie; null when it is a matter of one GPU, which is looked for again.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Spot(
    NodeLedger Ledger,
    int Domain,
    int Reluctance,
    long PullBytes,
    long LeftBytes,
    NodeFit? Fit
)
{
    /// <summary>True when this one is better.</summary>
    public bool IsBetterThan(Spot other)
    {
        int order = Domain.CompareTo(other.Domain);
        order = order != 0 ? order : Reluctance.CompareTo(other.Reluctance);
        order = order != 0 ? order : PullBytes.CompareTo(other.PullBytes);
        order = order != 0 ? order : LeftBytes.CompareTo(other.LeftBytes);
        return order != 0 ? order < 0 : string.CompareOrdinal(Ledger.Node.Name, other.Ledger.Node.Name) < 0;
    }

    /// <summary>How the rung would lie on the node.</summary>
    public NodeFit Materialize(Rung rung, bool isShared) =>
        Fit ?? FitSearch.Best(new FreeMemory(Ledger, isShared), rung)!;
}
