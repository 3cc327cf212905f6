using System.Globalization;

namespace LlmOperator.NodeAgent.Peers.Authentication;

/// <summary>The facts of an answer, which its proof covers. Bytes of a file are believed by digest, not by this.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentLength">Bytes of the body.</param>
/// <param name="ContentRange">The <c>Content-Range</c> header; empty for none.</param>
/// <param name="BodyHash">SHA-256 of a body that is not a part of a file, in hex; empty for a part of a file.</param>
internal sealed record PeerAnswer(int Status, long ContentLength, string ContentRange, string BodyHash)
{
    /// <summary>Header of the proof.</summary>
    public const string ProofHeader = "X-Llmop-Proof";

    /// <summary>The text that is signed, after the mac of the request that it answers.</summary>
    public string Canonical =>
        string.Create(CultureInfo.InvariantCulture, $"{Status}\n{ContentLength}\n{ContentRange}\n{BodyHash}");
}
