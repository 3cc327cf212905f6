using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Models whose layers are alike and dense. The numbers are those of the published configurations.</summary>
internal static class DenseShapes
{
    private static Transformer Llama { get; } =
        new()
        {
            Architecture = "llama",
            Layers = 32,
            Embedding = 4096,
            Heads = 32,
            KvHeads = 8,
            FeedForward = 14_336,
            Vocabulary = 128_256,
        };

    public static IEnumerable<RealShape> All =>
        [
            (Llama with { Extra = file => file.Float32("rope_freqs.weight", 64) }).Named("Llama 3.1 8B"),
            (Llama with { Layers = 80, Embedding = 8192, Heads = 64, FeedForward = 28_672 }).Named(
                "Llama 3.1 70B"
            ),
            (
                Llama with
                {
                    Layers = 16,
                    Embedding = 2048,
                    FeedForward = 8192,
                    Tied = true,
                    Type = GgmlType.Q8_0,
                    OutputType = GgmlType.Q8_0,
                }
            ).Named("Llama 3.2 1B"),
            (Llama with { Vocabulary = 32_768 }).Named("Mistral 7B"),
            (Llama with { Layers = 40, Embedding = 5120, HeadLength = 128, Vocabulary = 131_072 }).Named(
                "Mistral Nemo 12B"
            ),
            (
                Llama with
                {
                    Layers = 40,
                    Embedding = 5120,
                    HeadLength = 128,
                    FeedForward = 32_768,
                    Vocabulary = 131_072,
                }
            ).Named("Mistral Small 24B"),
            .. Qwen,
            .. Gemma,
            .. Others,
        ];

    private static IEnumerable<RealShape> Qwen
    {
        get
        {
            Transformer two = Llama with
            {
                Architecture = "qwen2",
                AttentionBias = true,
                Vocabulary = 152_064,
            };
            Transformer three = Llama with
            {
                Architecture = "qwen3",
                HeadNorms = true,
                HeadLength = 128,
                Vocabulary = 151_936,
            };
            yield return (
                two with
                {
                    Layers = 24,
                    Embedding = 896,
                    Heads = 14,
                    KvHeads = 2,
                    FeedForward = 4864,
                    Vocabulary = 151_936,
                    Tied = true,
                    Type = GgmlType.Q8_0,
                    OutputType = GgmlType.Q8_0,
                }
            ).Named("Qwen2.5 0.5B");
            yield return (
                two with
                {
                    Layers = 28,
                    Embedding = 3584,
                    Heads = 28,
                    KvHeads = 4,
                    FeedForward = 18_944,
                }
            ).Named("Qwen2.5 7B");
            yield return (two with { Layers = 64, Embedding = 5120, Heads = 40, FeedForward = 27_648 }).Named(
                "Qwen2.5 32B"
            );
            yield return (
                three with
                {
                    Layers = 28,
                    Embedding = 1024,
                    Heads = 16,
                    FeedForward = 3072,
                    Tied = true,
                    Type = GgmlType.Q8_0,
                    OutputType = GgmlType.Q8_0,
                }
            ).Named("Qwen3 0.6B");
            yield return (three with { Layers = 36, FeedForward = 12_288 }).Named("Qwen3 8B");
        }
    }

    private static IEnumerable<RealShape> Gemma
    {
        get
        {
            Transformer two = Llama with
            {
                Architecture = "gemma2",
                Layers = 42,
                Embedding = 3584,
                Heads = 16,
                HeadLength = 256,
                Vocabulary = 256_000,
                Tied = true,
                PostNorms = true,
                Window = 4096,
            };
            Transformer three = two with
            {
                Architecture = "gemma3",
                HeadNorms = true,
                Vocabulary = 262_208,
                Window = 1024,
            };
            yield return (
                Llama with
                {
                    Architecture = "gemma",
                    Layers = 18,
                    Embedding = 2048,
                    Heads = 8,
                    KvHeads = 1,
                    HeadLength = 256,
                    FeedForward = 16_384,
                    Vocabulary = 256_000,
                    Tied = true,
                    Type = GgmlType.Q8_0,
                    OutputType = GgmlType.Q8_0,
                }
            ).Named("Gemma 2B");
            yield return two.Named("Gemma 2 9B");
            yield return (
                three with
                {
                    Layers = 34,
                    Embedding = 2560,
                    Heads = 8,
                    KvHeads = 4,
                    FeedForward = 10_240,
                    Type = GgmlType.Q4_0,
                }
            ).Named("Gemma 3 4B");
            yield return (three with { Layers = 48, Embedding = 3840, FeedForward = 15_360 }).Named(
                "Gemma 3 12B"
            );
            yield return (
                three with
                {
                    Layers = 62,
                    Embedding = 5376,
                    Heads = 32,
                    KvHeads = 16,
                    HeadLength = 128,
                    FeedForward = 21_504,
                }
            ).Named("Gemma 3 27B");
        }
    }

    private static IEnumerable<RealShape> Others
    {
        get
        {
            Transformer phi = Llama with { Architecture = "phi3", FusedAttention = true, FusedGate = true };
            yield return (
                phi with
                {
                    Embedding = 3072,
                    KvHeads = 32,
                    FeedForward = 8192,
                    Vocabulary = 32_064,
                    Window = 262_144,
                    Extra = file =>
                        file.Float32("rope_factors_long.weight", 48).Float32("rope_factors_short.weight", 48),
                }
            ).Named("Phi-3.5 mini");
            yield return (
                phi with
                {
                    Layers = 40,
                    Embedding = 5120,
                    Heads = 40,
                    KvHeads = 10,
                    FeedForward = 17_920,
                    Vocabulary = 100_352,
                }
            ).Named("Phi-4 14B");
            Transformer command = Llama with
            {
                Architecture = "command-r",
                Parallel = true,
                Tied = true,
                Vocabulary = 256_000,
                Extra = file => file.Float("logit_scale", 0.0625f),
            };
            yield return (
                command with
                {
                    Layers = 40,
                    Embedding = 8192,
                    Heads = 64,
                    FeedForward = 24_576,
                }
            ).Named("Command-R 35B");
            yield return (command with { Architecture = "cohere2", Window = 4096 }).Named("Command-R7B");
            yield return (
                Llama with
                {
                    Architecture = "starcoder2",
                    Layers = 30,
                    Embedding = 3072,
                    Heads = 24,
                    KvHeads = 2,
                    FeedForward = 12_288,
                    Vocabulary = 49_152,
                    Gated = false,
                    NormBias = true,
                    AttentionBias = true,
                    AttentionOutputBias = true,
                    FeedForwardBias = true,
                    Tied = true,
                }
            ).Named("StarCoder2 3B");
            yield return (
                Llama with
                {
                    Architecture = "falcon",
                    Embedding = 4544,
                    Heads = 71,
                    KvHeads = 1,
                    FeedForward = 18_176,
                    Vocabulary = 65_024,
                    FusedAttention = true,
                    Gated = false,
                    NormBias = true,
                    Parallel = true,
                    Type = GgmlType.Q4_0,
                    OutputType = GgmlType.Q8_0,
                }
            ).Named("Falcon 7B");
            yield return (
                Llama with
                {
                    Architecture = "stablelm",
                    Layers = 24,
                    Embedding = 2048,
                    KvHeads = 32,
                    FeedForward = 5632,
                    Vocabulary = 100_352,
                    NormBias = true,
                    AttentionBias = true,
                    Extra = file => file.Flag("use_parallel_residual", false),
                }
            ).Named("StableLM 2 1.6B");
            yield return (
                Llama with
                {
                    Architecture = "olmo2",
                    KvHeads = 32,
                    FeedForward = 11_008,
                    Vocabulary = 100_352,
                    PreNorms = false,
                    PostNorms = true,
                    WideNorms = true,
                }
            ).Named("OLMo 2 7B");
            yield return (
                Llama with
                {
                    Architecture = "glm4",
                    Layers = 40,
                    KvHeads = 2,
                    HeadLength = 128,
                    FeedForward = 13_696,
                    Vocabulary = 151_552,
                    FusedGate = true,
                    PostNorms = true,
                    AttentionBias = true,
                }
            ).Named("GLM-4 9B");
            yield return (
                Llama with
                {
                    Architecture = "granite",
                    Layers = 40,
                    FeedForward = 12_800,
                    Vocabulary = 49_159,
                    Tied = true,
                    Extra = Scales,
                }
            ).Named("Granite 3.3 8B");
            yield return (
                Llama with
                {
                    Architecture = "minicpm",
                    Layers = 40,
                    Embedding = 2304,
                    Heads = 36,
                    KvHeads = 36,
                    FeedForward = 5760,
                    Vocabulary = 122_753,
                    Tied = true,
                    Type = GgmlType.Q4_K,
                }
            ).Named("MiniCPM 2B");
            yield return (Llama with { Architecture = "exaone", Vocabulary = 102_400 }).Named(
                "EXAONE 3.5 7.8B"
            );
            yield return (
                Llama with
                {
                    Architecture = "exaone4",
                    Layers = 64,
                    Embedding = 5120,
                    Heads = 40,
                    HeadLength = 128,
                    FeedForward = 27_392,
                    Vocabulary = 102_400,
                    PreNorms = false,
                    PostNorms = true,
                    HeadNorms = true,
                    Window = 4096,
                }
            ).Named("EXAONE 4 32B");
            yield return (
                Llama with
                {
                    Architecture = "smollm3",
                    Layers = 36,
                    Embedding = 2048,
                    Heads = 16,
                    KvHeads = 4,
                    FeedForward = 11_008,
                    Tied = true,
                }
            ).Named("SmolLM3 3B");
        }
    }

    internal static void Scales(ShapeWriter file) =>
        file.Float("embedding_scale", 12)
            .Float("residual_scale", 0.22f)
            .Float("logit_scale", 16)
            .Float("attention.scale", 0.0078125f);
}
