namespace LlmOperator.Router.Balancing.Prefixes;

/// <summary>
/// Chooses one of several replicas. Pure. The one with the longest beginning of the prompt wins while it is not loaded much
/// more than the others; then the session's, or the prompt's own by rendezvous hashing, under the same bound; a request that
/// has neither goes to the less busy of two.
/// </summary>
internal static class ReplicaChoice
{
    // As in the paper on consistent hashing with bounded loads, and as KubeAI has it.
    private const double MostOfMean = 1.25;

    // The beginning by which a prompt is hashed: enough to be past a preamble that all clients share, short enough that a
    // conversation's later turns have it too.
    private const int HashedBlocks = 8;

    /// <summary>Chooses by prefix, session and load.</summary>
    /// <param name="replicas">At least one.</param>
    /// <param name="prompt">The request.</param>
    /// <param name="random">Draws where nothing else decides.</param>
    public static (int Index, ChosenBy By) Choose(
        ReadOnlySpan<ReplicaState> replicas,
        PromptAffinity prompt,
        Random random
    )
    {
        double bound = Bound(replicas, prompt.Tokens);
        int best = -1;
        for (int i = 0; i < replicas.Length; i++)
        {
            ReplicaState r = replicas[i];
            if (r.Match > 0 && Fits(r, prompt.Tokens, bound) && (best < 0 || IsBetter(r, replicas[best])))
            {
                best = i;
            }
        }

        return best >= 0 ? (best, ChosenBy.Prefix)
            : prompt.Session is { } session
                ? (ByHash(replicas, session, prompt.Tokens, bound), ChosenBy.Session)
            : prompt.Blocks is { Length: > 0 } blocks
                ? (
                    ByHash(replicas, blocks[Math.Min(blocks.Length, HashedBlocks) - 1], prompt.Tokens, bound),
                    ChosenBy.Hash
                )
            : LeastOfTwo(replicas, random);
    }

    /// <summary>The less busy of two that are drawn; with two replicas, of both.</summary>
    public static (int Index, ChosenBy By) LeastOfTwo(ReadOnlySpan<ReplicaState> replicas, Random random)
    {
        if (replicas.Length == 1)
        {
            return (0, ChosenBy.Load);
        }

        int first = random.Next(replicas.Length);
        int second = random.Next(replicas.Length - 1);
        second += second >= first ? 1 : 0;
        (ReplicaState a, ReplicaState b) = (replicas[first], replicas[second]);
        bool isSecond = b.InFlight < a.InFlight || (b.InFlight == a.InFlight && b.Tokens < a.Tokens);
        return (isSecond ? second : first, ChosenBy.Load);
    }

    private static double Bound(ReadOnlySpan<ReplicaState> replicas, long own)
    {
        long all = own;
        foreach (ReplicaState replica in replicas)
        {
            all += replica.Tokens;
        }

        return MostOfMean * all / replicas.Length;
    }

    // An idle replica takes any request: with few requests the mean is less than one of them.
    private static bool Fits(ReplicaState replica, long own, double bound) =>
        replica.InFlight == 0 || replica.Tokens + own <= bound;

    private static bool IsBetter(ReplicaState left, ReplicaState right) =>
        left.Match > right.Match || (left.Match == right.Match && left.Tokens < right.Tokens);

    private static int ByHash(ReadOnlySpan<ReplicaState> replicas, ulong key, long own, double bound)
    {
        int best = -1;
        int least = 0;
        ulong highest = 0;
        for (int i = 0; i < replicas.Length; i++)
        {
            least = replicas[i].Tokens < replicas[least].Tokens ? i : least;
            ulong weight = PromptBlocks.Weight(key, replicas[i].Id);
            if (Fits(replicas[i], own, bound) && (best < 0 || weight > highest))
            {
                (best, highest) = (i, weight);
            }
        }

        return best < 0 ? least : best;
    }
}
