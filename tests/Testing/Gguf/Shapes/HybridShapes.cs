using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Newer models that mix recurrent layers and attention. Numbers of the published configurations.</summary>
internal static class HybridShapes
{
    public static IEnumerable<RealShape> All => [NemotronH, FalconH1, Qwen35, Lfm2Moe];

    private static RealShape NemotronH =>
        new(
            "Nemotron Nano 9B v2",
            "nemotron_h",
            56,
            () =>
            {
                // Each layer is one of the three: attention, feed-forward, or Mamba 2.
                int[] attention = [14, 21, 30, 39];
                bool IsFeedForward(int layer) => layer % 2 == 1 && !attention.Contains(layer) && layer < 54;
                ShapeWriter file = new("nemotron_h", GgmlType.Q4_K, 131_072);
                file.Key("block_count", 56)
                    .Key("context_length", 131_072)
                    .Key("embedding_length", 4480)
                    .Keys("feed_forward_length", Of(56, layer => IsFeedForward(layer) ? 15_680 : 0))
                    .Key("attention.head_count", 40)
                    .Keys("attention.head_count_kv", Of(56, layer => attention.Contains(layer) ? 8 : 0))
                    .Key("attention.key_length", 128)
                    .Key("attention.value_length", 128)
                    .Float("attention.layer_norm_epsilon", 1e-5f)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                RecurrentShapes.AddStateKeys(file, inner: 10_240, state: 128, rank: 128, groups: 8);
                RecurrentShapes.AddEnds(file, 4480, 131_072, tied: false);
                for (int layer = 0; layer < 56; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", 4480);
                    if (attention.Contains(layer))
                    {
                        RecurrentShapes.AddAttention(file, at, 4480, 5120, 1024);
                    }
                    else if (IsFeedForward(layer))
                    {
                        file.Matrix($"{at}ffn_up", 4480, 15_680).Matrix($"{at}ffn_down", 15_680, 4480);
                    }
                    else
                    {
                        RecurrentShapes.AddMamba2(file, at, 4480, 10_240, 128, 128, 8);
                    }
                }

                return file.Builder;
            }
        );

    private static RealShape FalconH1 =>
        new(
            "Falcon-H1 7B",
            "falcon-h1",
            44,
            () =>
            {
                ShapeWriter file = new("falcon-h1", GgmlType.Q4_K, 130_049);
                file.Key("block_count", 44)
                    .Key("context_length", 131_072)
                    .Key("embedding_length", 3072)
                    .Key("feed_forward_length", 12_288)
                    .Key("attention.head_count", 12)
                    .Key("attention.head_count_kv", 2)
                    .Key("attention.key_length", 128)
                    .Key("attention.value_length", 128)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                RecurrentShapes.AddStateKeys(file, inner: 3072, state: 256, rank: 24, groups: 1);
                RecurrentShapes.AddEnds(file, 3072, 130_049, tied: false);
                for (int layer = 0; layer < 44; layer++)
                {
                    string at = $"blk.{layer}.";
                    // The engine names this norm without the usual ending.
                    file.Norm($"{at}attn_norm", 3072).Float32($"{at}ffn_norm", 3072);
                    RecurrentShapes.AddMamba2(file, at, 3072, 3072, 256, 24, 1);
                    RecurrentShapes.AddAttention(file, at, 3072, 1536, 256);
                    RecurrentShapes.AddFeedForward(file, at, 3072, 12_288, 0, 0);
                }

                return file.Builder;
            }
        );

    private static RealShape Qwen35 =>
        new(
            "Qwen3.5 27B",
            "qwen35",
            64,
            () =>
            {
                const int Width = 5120;
                const int Inner = 6144;
                const int Convolution = Inner + (2 * 16 * 128);
                ShapeWriter file = new("qwen35", GgmlType.Q4_K, 248_320);
                file.Key("block_count", 64)
                    .Key("context_length", 262_144)
                    .Key("embedding_length", Width)
                    .Key("feed_forward_length", 17_408)
                    .Key("attention.head_count", 24)
                    .Key("attention.head_count_kv", 4)
                    .Key("attention.key_length", 256)
                    .Key("attention.value_length", 256)
                    .Key("rope.dimension_count", 64)
                    .Keys("rope.dimension_sections", [11, 11, 10, 0])
                    .Key("full_attention_interval", 4)
                    .Float("attention.layer_norm_rms_epsilon", 1e-6f);
                RecurrentShapes.AddStateKeys(file, Inner, state: 128, rank: 48, groups: 16);
                RecurrentShapes.AddEnds(file, Width, 248_320, tied: false);
                for (int layer = 0; layer < 64; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", Width).Norm($"{at}post_attention_norm", Width);
                    if (layer % 4 == 3)
                    {
                        file.Matrix($"{at}attn_q", Width, 2 * Inner)
                            .Matrix($"{at}attn_k", Width, 1024)
                            .Matrix($"{at}attn_v", Width, 1024)
                            .Matrix($"{at}attn_output", Inner, Width)
                            .Norm($"{at}attn_q_norm", 256)
                            .Norm($"{at}attn_k_norm", 256);
                    }
                    else
                    {
                        file.Matrix($"{at}attn_qkv", Width, Convolution)
                            .Matrix($"{at}attn_gate", Width, Inner)
                            .Float32($"{at}ssm_conv1d.weight", 4, Convolution)
                            .Float32($"{at}ssm_dt.bias", 48)
                            .Float32($"{at}ssm_a", 48)
                            .Matrix($"{at}ssm_beta", Width, 48)
                            .Matrix($"{at}ssm_alpha", Width, 48)
                            .Norm($"{at}ssm_norm", 128)
                            .Matrix($"{at}ssm_out", Inner, Width);
                    }

                    RecurrentShapes.AddFeedForward(file, at, Width, 17_408, 0, 0);
                }

                return file.Builder;
            }
        );

    private static RealShape Lfm2Moe =>
        new(
            "LFM2 8B-A1B",
            "lfm2moe",
            24,
            () =>
            {
                int[] attention = [2, 6, 10, 14, 18, 21];
                ShapeWriter file = new("lfm2moe", GgmlType.Q4_K, 65_536);
                file.Key("block_count", 24)
                    .Key("context_length", 128_000)
                    .Key("embedding_length", 2048)
                    .Key("feed_forward_length", 7168)
                    .Key("attention.head_count", 32)
                    .Keys("attention.head_count_kv", Of(24, layer => attention.Contains(layer) ? 8 : 0))
                    .Key("shortconv.l_cache", 3)
                    .Key("expert_count", 32)
                    .Key("expert_used_count", 4)
                    .Key("expert_feed_forward_length", 1792)
                    .Key("leading_dense_block_count", 2)
                    .Key("expert_gating_func", 2)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                file.Typed("token_embd", GgmlType.Q6_K, 2048, 65_536).Norm("token_embd_norm", 2048);
                for (int layer = 0; layer < 24; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", 2048).Norm($"{at}ffn_norm", 2048);
                    if (attention.Contains(layer))
                    {
                        RecurrentShapes.AddAttention(file, at, 2048, 2048, 512);
                        file.Norm($"{at}attn_q_norm", 64).Norm($"{at}attn_k_norm", 64);
                    }
                    else
                    {
                        file.Float32($"{at}shortconv.conv.weight", 3, 2048)
                            .Matrix($"{at}shortconv.in_proj", 2048, 6144)
                            .Matrix($"{at}shortconv.out_proj", 2048, 2048);
                    }

                    RecurrentShapes.AddFeedForward(file, at, 2048, 7168, layer < 2 ? 0 : 32, 1792);
                    if (layer >= 2)
                    {
                        file.Float32($"{at}exp_probs_b.bias", 32);
                    }
                }

                return file.Builder;
            }
        );

    private static int[] Of(int layers, Func<int, int> value) =>
        [.. Enumerable.Range(0, layers).Select(value)];
}
