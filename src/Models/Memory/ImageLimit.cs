namespace LlmOperator.Models.Memory;

/// <summary>
/// How large an image the engine hands to a projector at most (tools/mtmd/clip.cpp, <c>load_hparams</c>). Kinds that
/// take one size cut or scale every image to it; the others scale it down to a number of tokens.
/// </summary>
/// <param name="Tokens">Most tokens of an image; 0 for kinds of one size.</param>
/// <param name="Merge">Patches a side that become one token, where the file does not state it.</param>
internal sealed record ImageLimit(int Tokens, int Merge)
{
    // What most kinds of any size allow; for a kind that is not known here.
    private static readonly ImageLimit s_unknown = new(4096, 2);

    private static readonly ImageLimit s_oneSize = new(0, 1);

    private static readonly Dictionary<string, ImageLimit> s_kinds = new(StringComparer.Ordinal)
    {
        ["mlp"] = s_oneSize,
        ["ldp"] = s_oneSize,
        ["ldpv2"] = s_oneSize,
        ["resampler"] = s_oneSize,
        ["adapter"] = s_oneSize,
        ["idefics3"] = s_oneSize,
        ["internvl"] = s_oneSize,
        ["llama4"] = s_oneSize,
        ["cogvlm"] = s_oneSize,
        ["janus_pro"] = s_oneSize,
        ["gemma3"] = new(0, 4),
        ["gemma4v"] = new(280, 3),
        ["pixtral"] = new(1024, 1),
        ["kimivl"] = new(1024, 1),
        ["lfm2"] = new(1024, 1),
        ["qwen2vl_merger"] = new(4096, 2),
        ["qwen2.5vl_merger"] = new(4096, 2),
        ["qwen3vl_merger"] = new(4096, 2),
        ["glm4v"] = new(4096, 2),
        ["hunyuanvl"] = new(16_384, 2),
        ["youtuvl"] = new(62_500, 2),
    };

    /// <summary>The limit of a kind; a wide one for a kind that is not known.</summary>
    public static ImageLimit Of(string kind) => s_kinds.GetValueOrDefault(kind, s_unknown);

    /// <summary>Patches of the largest image.</summary>
    /// <param name="imageSize">Pixels of the edge that the file states; 0 without.</param>
    /// <param name="maxPixels">Most pixels that the file states; 0 without.</param>
    /// <param name="patch">Pixels of a patch's edge.</param>
    /// <param name="merge">Patches a side that become one token.</param>
    public long Patches(int imageSize, int maxPixels, int patch, int merge)
    {
        long side = imageSize / patch;
        // The class token lies beside the patches.
        long square = (side * side) + 1;
        if (Tokens == 0)
        {
            return square;
        }

        long limited = maxPixels > 0 ? maxPixels / ((long)patch * patch) : (long)Tokens * merge * merge;
        return ReferenceEquals(this, s_unknown) ? Math.Max(square, limited) : limited;
    }
}
