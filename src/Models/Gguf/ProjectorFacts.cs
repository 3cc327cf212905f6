namespace LlmOperator.Models.Gguf;

/// <summary>What a multimodal projector says of itself. Numbers that the file does not state are 0.</summary>
/// <param name="Kind">Such as <c>gemma3</c> (key <c>clip.projector_type</c>); empty when it is not stated.</param>
/// <param name="HasVision">It reads images.</param>
/// <param name="HasAudio">It reads sound.</param>
/// <param name="BlockCount">Layers of the encoder.</param>
/// <param name="EmbeddingLength">Width of the encoder.</param>
/// <param name="ImageSize">Pixels of an image's edge.</param>
/// <param name="PatchSize">Pixels of a patch's edge.</param>
public sealed record ProjectorFacts(
    string Kind,
    bool HasVision,
    bool HasAudio,
    int BlockCount,
    int EmbeddingLength,
    int ImageSize,
    int PatchSize
)
{
    private const int Most = 1 << 24;

    /// <summary>The facts of a projector's header; null for a file that is none.</summary>
    /// <exception cref="InvalidModelException">A key has an impossible value.</exception>
    public static ProjectorFacts? From(GgufFile file)
    {
        GgufMetadata metadata = file.Metadata;
        if (metadata.GetText(GgufKeys.Architecture) != "clip")
        {
            return null;
        }

        bool audio = metadata.GetBoolean("clip.has_audio_encoder") ?? false;
        bool vision = metadata.GetBoolean("clip.has_vision_encoder") ?? !audio;
        string part = vision ? "vision" : "audio";
        int Count(string key) => metadata.GetCount($"clip.{part}.{key}", Most) ?? 0;
        return new ProjectorFacts(
            metadata.GetText("clip.projector_type") ?? metadata.GetText($"clip.{part}.projector_type") ?? "",
            vision,
            audio,
            Count("block_count"),
            Count("embedding_length"),
            Count("image_size"),
            Count("patch_size")
        );
    }
}
