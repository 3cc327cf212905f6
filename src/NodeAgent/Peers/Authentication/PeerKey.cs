using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.NodeAgent.Peers.Authentication;

/// <summary>
/// The key by which the agents of one cluster know each other. It is derived from the serving token, which never
/// travels between them. Thread-safe.
/// </summary>
internal sealed class PeerKey
{
    private const int NonceBytes = 18;
    private readonly byte[] _request;
    private readonly byte[] _answer;

    private PeerKey(byte[] request, byte[] answer)
    {
        (_request, _answer) = (request, answer);
    }

    /// <summary>Characters of a nonce.</summary>
    public static int NonceCharacters => NonceBytes / 3 * 4;

    /// <summary>Derives the key (HKDF, RFC 5869); requests and answers are signed with different ones.</summary>
    public static PeerKey FromToken(string token)
    {
        byte[] secret = Encoding.UTF8.GetBytes(token);
        return new PeerKey(Derive(secret, "llmop peer request 1"), Derive(secret, "llmop peer answer 1"));
    }

    /// <summary>A nonce that nobody else has.</summary>
    public static string NewNonce() =>
        Convert
            .ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes))
            .Replace('+', '-')
            .Replace('/', '_');

    /// <summary>Proof of a request.</summary>
    public string Sign(PeerClaim claim) => Mac(_request, claim.Canonical);

    /// <summary>Whether the proof of a request is right, in constant time.</summary>
    public bool IsRight(PeerClaim claim, string mac) => AreEqual(Sign(claim), mac);

    /// <summary>Proof of an answer to a request.</summary>
    public string Sign(string requestMac, PeerAnswer answer) =>
        Mac(_answer, $"{requestMac}\n{answer.Canonical}");

    /// <summary>Whether the proof of an answer is right, in constant time.</summary>
    public bool IsRight(string requestMac, PeerAnswer answer, string mac) =>
        AreEqual(Sign(requestMac, answer), mac);

    private static byte[] Derive(byte[] secret, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(purpose));

    private static string Mac(byte[] key, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    private static bool AreEqual(string right, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(given));
}
