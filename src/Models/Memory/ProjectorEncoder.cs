using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>The numbers of a projector's encoder that decide its intermediate results.</summary>
internal sealed record ProjectorEncoder
{
    // The engine takes images of up to 8,192 pixels a side; widths are a few thousand.
    private const int Most = 1 << 20;
    private const int LargestImage = 8192;
    private const int Channels = 3;

    // The engine's piece is 30 s of sound (clip-model.h, warmup_audio_size): 3,000 frames, two to a position.
    private const int SoundPositions = 1500;
    private const int FramesPerPosition = 2;

    /// <summary>Width of the encoder.</summary>
    public required int Embedding { get; init; }

    /// <summary>Results of the feed-forward part for a position, all that exist at once.</summary>
    public required long FeedForward { get; init; }

    /// <summary>Attention heads.</summary>
    public required int Heads { get; init; }

    /// <summary>Patches of the largest image, or positions of a piece of sound.</summary>
    public required long Positions { get; init; }

    /// <summary>Numbers of the input for a position.</summary>
    public required long Input { get; init; }

    /// <summary>Width of the projection's widest result, for a position of the encoder.</summary>
    public required long Projection { get; init; }

    /// <summary>The encoder of <paramref name="part"/>; null when the header does not tell its size.</summary>
    /// <param name="file">The projector.</param>
    /// <param name="part"><c>vision</c> or <c>audio</c>.</param>
    public static ProjectorEncoder? Of(GgufFile file, string part)
    {
        GgufMetadata metadata = file.Metadata;
        int Count(string key) => metadata.GetCount($"clip.{part}.{key}", Most) ?? 0;
        string prefix = part == "vision" ? "v" : "a";
        int embedding = Count("embedding_length");
        int patch = Count("patch_size");
        GgufTensor[] layers =
        [
            .. file.Tensors.Where(tensor =>
                tensor.Name.StartsWith($"{prefix}.blk.", StringComparison.Ordinal)
            ),
        ];
        bool vision = part == "vision";
        // Of the encoders of sound those with Whisper's two convolutions are known; others take sound of any length.
        bool known = vision
            ? patch > 0
            : file.Tensors.Any(tensor => tensor.Name.StartsWith("a.conv1d.", StringComparison.Ordinal));
        if (embedding == 0 || layers.Length == 0 || !known)
        {
            return null;
        }

        string kind =
            metadata.GetText("clip.projector_type") ?? metadata.GetText($"clip.{part}.projector_type") ?? "";
        ImageLimit limit = ImageLimit.Of(kind);
        int merge =
            Count("spatial_merge_size") is > 0 and { } spatial ? spatial
            : Count("projector.scale_factor") is > 0 and { } scale ? scale
            : limit.Merge;
        // Old files leave the number out, and some name up and down the other way round; the matrices tell.
        long width = layers
            .Where(tensor => tensor.Name.Contains(".ffn_", StringComparison.Ordinal))
            .Select(tensor => tensor.Dimensions.Max())
            .DefaultIfEmpty(0)
            .Max();
        bool gated = layers.Any(tensor => tensor.Name.Contains(".ffn_gate", StringComparison.Ordinal));
        long outputs = file
            .Tensors.Where(tensor =>
                tensor.Name.StartsWith("mm.", StringComparison.Ordinal) && tensor.Dimensions.Count == 2
            )
            .Select(tensor => tensor.Dimensions.Max())
            .Append(Count("projection_dim"))
            .Max();
        return new ProjectorEncoder
        {
            Embedding = embedding,
            FeedForward = gated ? 3 * Math.Min(width, Most) : Math.Min(width, Most),
            Heads = Count("attention.head_count"),
            Positions = vision
                ? limit.Patches(
                    Math.Min(Count("image_size"), LargestImage),
                    metadata.GetCount($"clip.{part}.image_max_pixels", LargestImage * LargestImage) ?? 0,
                    patch,
                    merge
                )
                : SoundPositions,
            Input = vision ? (long)Channels * patch * patch : FramesPerPosition * Count("num_mel_bins"),
            Projection = Math.Min(outputs, Most) / (vision ? (long)merge * merge : 1),
        };
    }
}
