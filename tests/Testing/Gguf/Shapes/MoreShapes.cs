using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>More architectures, one model each. Numbers of the published configurations.</summary>
internal static class MoreShapes
{
    private static Transformer Dense { get; } =
        new()
        {
            Architecture = "internlm2",
            Layers = 48,
            Embedding = 6144,
            Heads = 48,
            KvHeads = 8,
            FeedForward = 16_384,
            Vocabulary = 92_544,
        };

    public static IEnumerable<RealShape> All =>
        [
            Dense.Named("InternLM2 20B"),
            (
                Dense with
                {
                    Architecture = "seed_oss",
                    Layers = 64,
                    Embedding = 5120,
                    Heads = 80,
                    HeadLength = 128,
                    FeedForward = 27_648,
                    Vocabulary = 155_136,
                    AttentionBias = true,
                    Parallel = true,
                    ExtraLayer = (file, at) => file.Norm($"{at}post_attention_norm", 5120),
                }
            ).Named("Seed-OSS 36B"),
            (
                Dense with
                {
                    Architecture = "arcee",
                    Layers = 36,
                    Embedding = 2560,
                    Heads = 20,
                    KvHeads = 4,
                    FeedForward = 18_432,
                    Vocabulary = 128_004,
                    Gated = false,
                }
            ).Named("AFM 4.5B"),
            (
                Dense with
                {
                    Architecture = "qwen2vl",
                    Layers = 28,
                    Embedding = 3584,
                    Heads = 28,
                    KvHeads = 4,
                    FeedForward = 18_944,
                    Vocabulary = 152_064,
                    AttentionBias = true,
                    Extra = file => file.Keys("rope.dimension_sections", [16, 24, 24, 0]),
                }
            ).Named("Qwen2.5-VL 7B"),
            .. Experts,
            GemmaEmbedding.Named("EmbeddingGemma 300M"),
        ];

    private static Transformer GemmaEmbedding { get; } =
        Dense with
        {
            Architecture = "gemma-embedding",
            Layers = 24,
            Embedding = 768,
            Heads = 3,
            KvHeads = 1,
            HeadLength = 256,
            FeedForward = 1152,
            Vocabulary = 262_144,
            Tied = true,
            HeadNorms = true,
            PostNorms = true,
            Window = 512,
            Type = GgmlType.Q8_0,
            OutputType = GgmlType.Q8_0,
            Extra = file => file.Flag("attention.causal", false).Key("pooling_type", 1),
        };

    private static IEnumerable<RealShape> Experts
    {
        get
        {
            Transformer sparse = Dense with
            {
                Architecture = "hunyuan-moe",
                Layers = 32,
                Embedding = 4096,
                Heads = 32,
                HeadLength = 128,
                HeadNorms = true,
                FeedForward = 3072,
                Experts = 64,
                ExpertsUsed = 8,
                ExpertFeedForward = 3072,
                SharedFeedForward = 3072,
                Vocabulary = 128_167,
            };
            yield return sparse.Named("Hunyuan A13B");
            yield return (
                sparse with
                {
                    Architecture = "llama4",
                    Layers = 48,
                    Embedding = 5120,
                    Heads = 40,
                    HeadNorms = false,
                    FeedForward = 16_384,
                    Experts = 16,
                    ExpertsUsed = 1,
                    ExpertFeedForward = 8192,
                    SharedFeedForward = 8192,
                    Vocabulary = 202_048,
                    Extra = file => file.Key("interleave_moe_layer_step", 1),
                }
            ).Named("Llama 4 Scout");
            Transformer led = sparse with
            {
                Architecture = "ernie4_5-moe",
                Layers = 28,
                Embedding = 2560,
                Heads = 20,
                KvHeads = 4,
                HeadNorms = false,
                FeedForward = 12_288,
                ExpertsUsed = 6,
                ExpertFeedForward = 1536,
                SharedFeedForward = 3072,
                DenseLayers = 1,
                Vocabulary = 103_424,
                Tied = true,
                Extra = file => file.Key("interleave_moe_layer_step", 1).Key("leading_dense_block_count", 1),
                ExtraLayer = (file, at) => Bias(file, at, 64),
            };
            yield return led.Named("ERNIE 4.5 21B-A3B");
            yield return (
                led with
                {
                    Architecture = "dots1",
                    Layers = 62,
                    Embedding = 4096,
                    Heads = 32,
                    KvHeads = 32,
                    HeadNorms = true,
                    FeedForward = 10_944,
                    Experts = 128,
                    ExpertFeedForward = 1408,
                    SharedFeedForward = 2816,
                    Vocabulary = 152_064,
                    Tied = false,
                    Extra = Routed,
                    ExtraLayer = (file, at) => Bias(file, at, 128),
                }
            ).Named("dots.llm1");
            yield return (
                led with
                {
                    Architecture = "deepseek",
                    Embedding = 2048,
                    Heads = 16,
                    KvHeads = 16,
                    FeedForward = 10_944,
                    ExpertFeedForward = 1408,
                    SharedFeedForward = 2816,
                    Vocabulary = 102_400,
                    Tied = false,
                    Extra = Routed,
                    ExtraLayer = null,
                }
            ).Named("DeepSeek MoE 16B");
        }
    }

    private static void Routed(ShapeWriter file) =>
        file.Key("leading_dense_block_count", 1)
            .Key("expert_shared_count", 2)
            .Float("expert_weights_scale", 1)
            .Flag("expert_weights_norm", true)
            .Key("expert_gating_func", 2);

    private static void Bias(ShapeWriter file, string at, int experts)
    {
        if (at != "blk.0.")
        {
            file.Float32($"{at}exp_probs_b.bias", experts);
        }
    }
}
