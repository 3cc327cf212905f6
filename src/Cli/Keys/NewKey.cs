using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.Cli.Keys;

/// <summary>A key that was just made. The only place where it stands as text.</summary>
/// <param name="Text">What clients send.</param>
/// <param name="Sha256">Its hash, in hexadecimal.</param>
internal sealed record NewKey(string Text, string Sha256)
{
    // So that people and secret scanners see what it is.
    private const string Prefix = "llmop_";
    private const int RandomBytes = 32;

    /// <summary>Makes one of 256 random bits.</summary>
    public static NewKey Create()
    {
        string text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        return new NewKey(text, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    /// <summary>The hash: the key is secret.</summary>
    public override string ToString() => Sha256;
}
