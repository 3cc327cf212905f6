using System.Text;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>
/// Tokens of a text without its tokenizer: four characters a token for Latin text, two thirds of a token for every
/// other character (1.5 characters a token is usual for Chinese, Japanese and Korean).
/// </summary>
internal static class TokenEstimate
{
    private const double AsciiCharactersPerToken = 4;
    private const double TokensPerOtherCharacter = 2.0 / 3;

    /// <summary>Tokens of an answer of which nothing is known yet, where the client sets no limit.</summary>
    public const int UsualAnswer = 256;

    // What chat templates put around a message.
    public const double TokensPerMessage = 4;

    public static double Of(ReadOnlySpan<byte> utf8)
    {
        if (Ascii.IsValid(utf8))
        {
            return utf8.Length / AsciiCharactersPerToken;
        }

        int ascii = 0;
        int others = 0;
        foreach (byte b in utf8)
        {
            if (b < 0x80)
            {
                ascii++;
            }
            else if (b >= 0xC0)
            {
                others++;
            }
        }

        return (ascii / AsciiCharactersPerToken) + (others * TokensPerOtherCharacter);
    }

    public static int ToTokens(double estimate) => (int)Math.Min(int.MaxValue, Math.Ceiling(estimate));
}
