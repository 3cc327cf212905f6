using System.Globalization;

namespace LlmOperator.NodeAgent.Peers.Authentication;

/// <summary>
/// Decides whether a request comes from a peer, is meant for this node, is new, and was not seen before. What a replay
/// after a restart of the agent gets is what its sender has seen on the wire already. Thread-safe.
/// </summary>
internal sealed class PeerVerifier(PeerKey key, string node, TimeProvider time)
{
    /// <summary>Most by which two clocks may differ: a machine whose time is kept is within a second.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    // 16 MiB a request: more than 30 GB/s for two windows.
    private const int MostNonces = 1 << 18;
    private readonly NonceMemory _nonces = new(2 * Window, MostNonces, time);

    /// <summary>Checks a request.</summary>
    /// <param name="authorization">The <c>Authorization</c> header.</param>
    /// <param name="method">Its method.</param>
    /// <param name="path">Its path with the query.</param>
    /// <param name="range">Its <c>Range</c> header; empty for none.</param>
    public PeerVerdict Verify(string? authorization, string method, string path, string range)
    {
        if (
            !PeerClaim.TryRead(authorization, method, path, range, out PeerClaim? claim, out string mac)
            || !key.IsRight(claim, mac)
        )
        {
            return new PeerVerdict.Refused(
                401,
                "unauthorized",
                "The request has no right proof: give the agents of all nodes the same serving token."
            );
        }

        if (claim.To != node)
        {
            return new PeerVerdict.Refused(
                401,
                "other_node",
                $"The request is meant for node {claim.To}, and this is node {node}: two nodes advertise one address.",
                mac
            );
        }

        DateTimeOffset now = time.GetUtcNow();
        TimeSpan skew = TimeSpan.FromMilliseconds(claim.UnixMilliseconds - now.ToUnixTimeMilliseconds());
        if (skew.Duration() > Window)
        {
            return new PeerVerdict.Refused(
                401,
                "clock_skew",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The clock of node {claim.From} is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "ahead of" : "behind")} that of node {node}; at most {Window.TotalSeconds:0} s are allowed: set both by the same time server."
                ),
                mac
            );
        }

        return _nonces.TryUse(claim.Nonce) switch
        {
            true => new PeerVerdict.Accepted(claim, mac),
            false => new PeerVerdict.Refused(401, "replayed", "The request was seen before.", mac),
            null => new PeerVerdict.Refused(
                503,
                "busy",
                "More requests of peers than this agent remembers; try again.",
                mac
            ),
        };
    }
}
