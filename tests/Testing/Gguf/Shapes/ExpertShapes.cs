using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Models with experts, and those with latent attention. Numbers of the published configurations.</summary>
internal static class ExpertShapes
{
    private static Transformer Qwen { get; } =
        new()
        {
            Architecture = "qwen3moe",
            Layers = 48,
            Embedding = 2048,
            Heads = 32,
            KvHeads = 4,
            HeadLength = 128,
            HeadNorms = true,
            FeedForward = 6144,
            Experts = 128,
            ExpertsUsed = 8,
            ExpertFeedForward = 768,
            Vocabulary = 151_936,
        };

    public static IEnumerable<RealShape> All =>
        [
            Qwen.Named("Qwen3 30B-A3B"),
            (
                Qwen with
                {
                    Architecture = "llama",
                    Layers = 32,
                    Embedding = 4096,
                    KvHeads = 8,
                    HeadNorms = false,
                    FeedForward = 14_336,
                    Experts = 8,
                    ExpertsUsed = 2,
                    ExpertFeedForward = 14_336,
                    Vocabulary = 32_000,
                }
            ).Named("Mixtral 8x7B"),
            (
                Qwen with
                {
                    Architecture = "granitemoe",
                    Layers = 32,
                    Embedding = 1536,
                    Heads = 24,
                    KvHeads = 8,
                    HeadLength = 64,
                    HeadNorms = false,
                    FeedForward = 512,
                    Experts = 40,
                    ExpertFeedForward = 512,
                    Vocabulary = 49_155,
                    Tied = true,
                    Type = GgmlType.Q8_0,
                    OutputType = GgmlType.Q8_0,
                    Extra = DenseShapes.Scales,
                }
            ).Named("Granite 3.1 3B-A800M"),
            (
                Qwen with
                {
                    Architecture = "olmoe",
                    Layers = 16,
                    Heads = 16,
                    KvHeads = 16,
                    HeadNorms = false,
                    WideNorms = true,
                    FeedForward = 1024,
                    Experts = 64,
                    ExpertFeedForward = 1024,
                    Vocabulary = 50_304,
                }
            ).Named("OLMoE 7B-A1B"),
            (
                Qwen with
                {
                    Architecture = "qwen2moe",
                    Layers = 24,
                    Heads = 16,
                    KvHeads = 16,
                    HeadNorms = false,
                    AttentionBias = true,
                    FeedForward = 5632,
                    Experts = 60,
                    ExpertsUsed = 4,
                    ExpertFeedForward = 1408,
                    SharedFeedForward = 5632,
                    ExtraLayer = (file, at) => file.Float32($"{at}ffn_gate_inp_shexp.weight", 2048),
                }
            ).Named("Qwen1.5 MoE A2.7B"),
            (
                Qwen with
                {
                    Architecture = "glm4moe",
                    Layers = 46,
                    Embedding = 4096,
                    Heads = 96,
                    KvHeads = 8,
                    HeadNorms = false,
                    AttentionBias = true,
                    FeedForward = 10_944,
                    ExpertFeedForward = 1408,
                    SharedFeedForward = 1408,
                    DenseLayers = 1,
                    Vocabulary = 151_552,
                    Extra = file =>
                        file.Key("leading_dense_block_count", 1)
                            .Key("expert_shared_count", 1)
                            .Float("expert_weights_scale", 1)
                            .Flag("expert_weights_norm", true)
                            .Key("expert_gating_func", 2),
                    ExtraLayer = (file, at) =>
                    {
                        file.Norm($"{at}post_attention_norm", 4096);
                        if (at != "blk.0.")
                        {
                            file.Float32($"{at}exp_probs_b.bias", 128);
                        }
                    },
                    Parallel = true,
                }
            ).Named("GLM-4.5 Air (46 layers)"),
            GptOss.Named("gpt-oss 20B"),
            Latent(
                "DeepSeek V2 Lite",
                layers: 27,
                embedding: 2048,
                heads: 16,
                queryRank: 0,
                dense: 10_944,
                experts: 64,
                used: 6,
                width: 1408,
                shared: 2,
                denseLayers: 1,
                vocabulary: 102_400,
                absorbed: true
            ),
            Latent(
                "DeepSeek V2 Lite, old file",
                layers: 27,
                embedding: 2048,
                heads: 16,
                queryRank: 0,
                dense: 10_944,
                experts: 64,
                used: 6,
                width: 1408,
                shared: 2,
                denseLayers: 1,
                vocabulary: 102_400,
                absorbed: false
            ),
            Latent(
                "DeepSeek V3",
                layers: 61,
                embedding: 7168,
                heads: 128,
                queryRank: 1536,
                dense: 18_432,
                experts: 256,
                used: 8,
                width: 2048,
                shared: 1,
                denseLayers: 3,
                vocabulary: 129_280,
                absorbed: true
            ),
        ];

    private static Transformer GptOss { get; } =
        Qwen with
        {
            Architecture = "gpt-oss",
            Layers = 24,
            Embedding = 2880,
            Heads = 64,
            KvHeads = 8,
            HeadLength = 64,
            HeadNorms = false,
            AttentionBias = true,
            AttentionOutputBias = true,
            FeedForward = 2880,
            Experts = 32,
            ExpertsUsed = 4,
            ExpertFeedForward = 2880,
            Vocabulary = 201_088,
            Window = 128,
            Type = GgmlType.Q8_0,
            OutputType = GgmlType.Q8_0,
            ExpertType = GgmlType.MXFP4,
            PreNorms = false,
            ExtraLayer = (file, at) =>
                file.Norm($"{at}attn_norm", 2880)
                    .Norm($"{at}post_attention_norm", 2880)
                    .Float32($"{at}attn_sinks.weight", 64)
                    .Float32($"{at}ffn_gate_inp.bias", 32)
                    .Float32($"{at}ffn_gate_exps.bias", 2880, 32)
                    .Float32($"{at}ffn_up_exps.bias", 2880, 32)
                    .Float32($"{at}ffn_down_exps.bias", 2880, 32),
        };

    private static RealShape Latent(
        string name,
        int layers,
        int embedding,
        int heads,
        int queryRank,
        int dense,
        int experts,
        int used,
        int width,
        int shared,
        int denseLayers,
        int vocabulary,
        bool absorbed
    )
    {
        const int Rank = 512;
        const int Rope = 64;
        const int Head = 128;
        GgufBuilder Build()
        {
            ShapeWriter file = new("deepseek2", GgmlType.Q4_K, vocabulary);
            file.Key("block_count", layers)
                .Key("context_length", 163_840)
                .Key("embedding_length", embedding)
                .Key("feed_forward_length", dense)
                .Key("attention.head_count", heads)
                .Key("attention.head_count_kv", absorbed ? 1 : heads)
                .Key("attention.key_length", absorbed ? Rank + Rope : Head + Rope)
                .Key("attention.value_length", absorbed ? Rank : Head)
                .Key("attention.kv_lora_rank", Rank)
                .Key("rope.dimension_count", Rope)
                .Float("attention.layer_norm_rms_epsilon", 1e-6f)
                .Key("leading_dense_block_count", denseLayers)
                .Key("expert_count", experts)
                .Key("expert_used_count", used)
                .Key("expert_feed_forward_length", width)
                .Key("expert_shared_count", shared)
                .Float("expert_weights_scale", queryRank > 0 ? 2.5f : 1)
                .Key("expert_gating_func", queryRank > 0 ? 2 : 1);
            if (absorbed)
            {
                file.Key("attention.key_length_mla", Head + Rope).Key("attention.value_length_mla", Head);
            }

            if (queryRank > 0)
            {
                file.Key("attention.q_lora_rank", queryRank).Flag("expert_weights_norm", true);
            }

            file.Typed("token_embd", GgmlType.Q6_K, embedding, vocabulary)
                .Norm("output_norm", embedding)
                .Typed("output", GgmlType.Q6_K, embedding, vocabulary);
            for (int layer = 0; layer < layers; layer++)
            {
                string at = $"blk.{layer}.";
                file.Norm($"{at}attn_norm", embedding).Norm($"{at}ffn_norm", embedding);
                if (queryRank > 0)
                {
                    file.Norm($"{at}attn_q_a_norm", queryRank)
                        .Matrix($"{at}attn_q_a", embedding, queryRank)
                        .Matrix($"{at}attn_q_b", queryRank, heads * (Head + Rope));
                }
                else
                {
                    file.Matrix($"{at}attn_q", embedding, heads * (Head + Rope));
                }

                file.Matrix($"{at}attn_kv_a_mqa", embedding, Rank + Rope).Norm($"{at}attn_kv_a_norm", Rank);
                if (absorbed)
                {
                    file.Matrix($"{at}attn_k_b", Head, Rank, heads)
                        .Matrix($"{at}attn_v_b", Rank, Head, heads);
                }
                else
                {
                    file.Matrix($"{at}attn_kv_b", Rank, heads * 2L * Head);
                }

                file.Matrix($"{at}attn_output", heads * Head, embedding);
                if (layer < denseLayers)
                {
                    file.Matrix($"{at}ffn_gate", embedding, dense)
                        .Matrix($"{at}ffn_up", embedding, dense)
                        .Matrix($"{at}ffn_down", dense, embedding);
                    continue;
                }

                if (queryRank > 0)
                {
                    file.Float32($"{at}exp_probs_b.bias", experts);
                }

                file.Float32($"{at}ffn_gate_inp.weight", embedding, experts)
                    .Matrix($"{at}ffn_gate_exps", embedding, width, experts)
                    .Matrix($"{at}ffn_up_exps", embedding, width, experts)
                    .Matrix($"{at}ffn_down_exps", width, embedding, experts)
                    .Matrix($"{at}ffn_gate_shexp", embedding, width * shared)
                    .Matrix($"{at}ffn_up_shexp", embedding, width * shared)
                    .Matrix($"{at}ffn_down_shexp", width * shared, embedding);
            }

            return file.Builder;
        }

        return new RealShape(name, "deepseek2", layers, Build);
    }
}
