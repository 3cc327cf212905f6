using System.IO.Hashing;
using System.Text;

namespace LlmOperator.Router.Balancing.Prefixes;

/// <summary>A prompt as hashes of its blocks, each chained to those before it: equal hashes mean equal beginnings. Pure.</summary>
internal static class PromptBlocks
{
    /// <summary>Bytes a block, about 16 tokens of English text.</summary>
    public const int Length = 64;

    /// <summary>Tokens a block, as caches are counted.</summary>
    public const int Tokens = 16;

    // 128 KiB of text; what comes after makes no difference to where a prompt should go.
    private const int Most = 2048;

    /// <summary>Hashes of the whole blocks; what is left at the end has none.</summary>
    /// <param name="text">The prompt's text.</param>
    /// <param name="salt">What must be equal too for beginnings to count as equal.</param>
    public static ulong[] Of(ReadOnlySpan<byte> text, ulong salt)
    {
        ulong[] blocks = new ulong[Math.Min(text.Length / Length, Most)];
        ulong chain = salt;
        for (int i = 0; i < blocks.Length; i++)
        {
            chain = XxHash3.HashToUInt64(text.Slice(i * Length, Length), unchecked((long)chain));
            blocks[i] = chain;
        }

        return blocks;
    }

    /// <summary>Hash of some strings, in their order.</summary>
    public static ulong Salt(params ReadOnlySpan<string?> parts)
    {
        ulong salt = 0;
        foreach (string? part in parts)
        {
            salt = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(part ?? "\0"), unchecked((long)salt));
        }

        return salt;
    }

    /// <summary>A replica's weight for a key: the highest takes it (rendezvous hashing).</summary>
    public static ulong Weight(ulong key, string replica) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(replica), unchecked((long)key));
}
