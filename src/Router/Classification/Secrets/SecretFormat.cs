using System.Buffers;

namespace LlmOperator.Router.Classification.Secrets;

/// <summary>A format of keys: a fixed beginning, and a body of known characters and length.</summary>
/// <param name="Name">Name, for example <c>github-token</c>.</param>
/// <param name="Prefix">How every key begins.</param>
/// <param name="Body">Characters that may follow.</param>
/// <param name="Least">Fewest of them.</param>
/// <param name="Most">Most of them; a longer run is something else.</param>
internal sealed record SecretFormat(string Name, string Prefix, SearchValues<char> Body, int Least, int Most)
{
    // "sk-xxxxxxxxxxxxxxxxxxxxxxxx" and "sk-your-key-goes-here-please" are no keys.
    private const double LeastEntropy = 2.5;
    private static readonly string[] s_placeholders = ["your", "xxxx", "example-", "placeholder", "redacted"];

    /// <summary>Length of the key that begins at <paramref name="start"/>; 0 when there is none.</summary>
    public int LengthAt(ReadOnlySpan<char> text, int start)
    {
        ReadOnlySpan<char> rest = text[(start + Prefix.Length)..];
        int length = rest[..Math.Min(rest.Length, Most + 1)].IndexOfAnyExcept(Body);
        length = length < 0 ? Math.Min(rest.Length, Most + 1) : length;
        // A full stop or a dash after a key ends a sentence.
        while (length > 0 && rest[length - 1] is '.' or '-')
        {
            length--;
        }

        if (length < Least || length > Most)
        {
            return 0;
        }

        ReadOnlySpan<char> body = rest[..length];
        foreach (string placeholder in s_placeholders)
        {
            if (body.Contains(placeholder, StringComparison.OrdinalIgnoreCase))
            {
                return 0;
            }
        }

        return Entropy.BitsPerCharacter(body) >= LeastEntropy ? Prefix.Length + length : 0;
    }
}
