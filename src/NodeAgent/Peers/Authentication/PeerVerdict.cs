namespace LlmOperator.NodeAgent.Peers.Authentication;

/// <summary>Whether a request comes from a peer.</summary>
internal abstract record PeerVerdict
{
    private PeerVerdict() { }

    /// <summary>It does.</summary>
    /// <param name="Claim">What was asked, by whom.</param>
    /// <param name="Mac">Its proof, which the answer's proof refers to.</param>
    internal sealed record Accepted(PeerClaim Claim, string Mac) : PeerVerdict;

    /// <summary>It does not, or cannot be taken.</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Code">Machine-readable.</param>
    /// <param name="Message">For people: one sentence with the remedy.</param>
    /// <param name="Mac">The request's proof when that was right, so that the refusal can prove itself; else null.</param>
    internal sealed record Refused(int Status, string Code, string Message, string? Mac = null) : PeerVerdict;
}
