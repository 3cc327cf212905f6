using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Models with recurrent layers, alone or beside attention. Numbers of the published configurations.</summary>
internal static class RecurrentShapes
{
    public static IEnumerable<RealShape> All => [Mamba, Mamba2, Rwkv7, Jamba, Granite, Lfm2, Qwen3Next];

    private static RealShape Mamba =>
        new(
            "Mamba 2.8B",
            "mamba",
            64,
            () =>
            {
                ShapeWriter file = new("mamba", GgmlType.Q8_0, 50_280);
                file.Key("block_count", 64)
                    .Key("context_length", 1_048_576)
                    .Key("embedding_length", 2560)
                    .Key("feed_forward_length", 0)
                    .Key("attention.head_count", 0)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                AddStateKeys(file, inner: 5120, state: 16, rank: 160, groups: 0);
                AddEnds(file, 2560, 50_280, tied: true);
                for (int layer = 0; layer < 64; layer++)
                {
                    file.Norm($"blk.{layer}.attn_norm", 2560);
                    AddMamba(file, $"blk.{layer}.", 2560, 5120, 16, 160);
                }

                return file.Builder;
            }
        );

    private static RealShape Mamba2 =>
        new(
            "Codestral Mamba 7B",
            "mamba2",
            64,
            () =>
            {
                ShapeWriter file = new("mamba2", GgmlType.Q4_K, 32_768);
                file.Key("block_count", 64)
                    .Key("context_length", 1_048_576)
                    .Key("embedding_length", 4096)
                    .Key("feed_forward_length", 0)
                    .Key("attention.head_count", 0)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                AddStateKeys(file, inner: 8192, state: 128, rank: 128, groups: 8);
                AddEnds(file, 4096, 32_768, tied: false);
                for (int layer = 0; layer < 64; layer++)
                {
                    file.Norm($"blk.{layer}.attn_norm", 4096);
                    AddMamba2(file, $"blk.{layer}.", 4096, 8192, 128, 128, 8);
                }

                return file.Builder;
            }
        );

    private static RealShape Rwkv7 =>
        new(
            "RWKV-7 2.9B",
            "rwkv7",
            32,
            () =>
            {
                const int Width = 2560;
                ShapeWriter file = new("rwkv7", GgmlType.Q8_0, 65_536);
                file.Key("block_count", 32)
                    .Key("context_length", 1_048_576)
                    .Key("embedding_length", Width)
                    .Key("feed_forward_length", 4 * Width)
                    .Key("attention.head_count", 0)
                    .Key("wkv.head_size", 64)
                    .Key("attention.decay_lora_rank", 96)
                    .Key("attention.iclr_lora_rank", 96)
                    .Key("attention.value_residual_mix_lora_rank", 64)
                    .Key("attention.gate_lora_rank", 320)
                    .Float("attention.layer_norm_epsilon", 1e-5f);
                AddEnds(file, Width, 65_536, tied: false, bias: true);
                file.Norm("token_embd_norm", Width, bias: true);
                for (int layer = 0; layer < 32; layer++)
                {
                    AddRwkv7(file, $"blk.{layer}.", Width, first: layer == 0);
                }

                return file.Builder;
            }
        );

    private static RealShape Jamba =>
        new(
            "Jamba 1.6 mini",
            "jamba",
            32,
            () =>
            {
                ShapeWriter file = new("jamba", GgmlType.Q4_K, 65_536);
                file.Key("block_count", 32)
                    .Key("context_length", 262_144)
                    .Key("embedding_length", 4096)
                    .Key("feed_forward_length", 14_336)
                    .Key("attention.head_count", 32)
                    .Keys(
                        "attention.head_count_kv",
                        [.. Enumerable.Range(0, 32).Select(i => i % 8 == 4 ? 8 : 0)]
                    )
                    .Key("expert_count", 16)
                    .Key("expert_used_count", 2)
                    .Float("attention.layer_norm_rms_epsilon", 1e-6f);
                AddStateKeys(file, inner: 8192, state: 16, rank: 256, groups: 0);
                AddEnds(file, 4096, 65_536, tied: false);
                for (int layer = 0; layer < 32; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", 4096).Norm($"{at}ffn_norm", 4096);
                    if (layer % 8 == 4)
                    {
                        AddAttention(file, at, 4096, 4096, 1024);
                    }
                    else
                    {
                        AddMamba(file, at, 4096, 8192, 16, 256);
                        file.Norm($"{at}ssm_dt_norm", 256)
                            .Norm($"{at}ssm_b_norm", 16)
                            .Norm($"{at}ssm_c_norm", 16);
                    }

                    AddFeedForward(file, at, 4096, 14_336, layer % 2 == 1 ? 16 : 0, 14_336);
                }

                return file.Builder;
            }
        );

    private static RealShape Granite =>
        new(
            "Granite 4.0 H tiny",
            "granitehybrid",
            40,
            () =>
            {
                ShapeWriter file = new("granitehybrid", GgmlType.Q4_K, 100_352);
                bool IsAttention(int layer) => layer % 10 == 5;
                file.Key("block_count", 40)
                    .Key("context_length", 131_072)
                    .Key("embedding_length", 1536)
                    .Key("feed_forward_length", 512)
                    .Key("attention.head_count", 12)
                    .Keys(
                        "attention.head_count_kv",
                        [.. Enumerable.Range(0, 40).Select(i => IsAttention(i) ? 4 : 0)]
                    )
                    .Key("rope.dimension_count", 128)
                    .Key("expert_count", 64)
                    .Key("expert_used_count", 6)
                    .Key("expert_feed_forward_length", 512)
                    .Key("expert_shared_feed_forward_length", 1024)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                DenseShapes.Scales(file);
                AddStateKeys(file, inner: 3072, state: 128, rank: 48, groups: 1);
                AddEnds(file, 1536, 100_352, tied: true);
                for (int layer = 0; layer < 40; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", 1536).Norm($"{at}ffn_norm", 1536);
                    if (IsAttention(layer))
                    {
                        AddAttention(file, at, 1536, 1536, 512);
                    }
                    else
                    {
                        AddMamba2(file, at, 1536, 3072, 128, 48, 1);
                    }

                    AddFeedForward(file, at, 1536, 512, 64, 512);
                    file.Matrix($"{at}ffn_gate_shexp", 1536, 1024)
                        .Matrix($"{at}ffn_up_shexp", 1536, 1024)
                        .Matrix($"{at}ffn_down_shexp", 1024, 1536);
                }

                return file.Builder;
            }
        );

    private static RealShape Lfm2 =>
        new(
            "LFM2 1.2B",
            "lfm2",
            16,
            () =>
            {
                int[] attention = [2, 5, 8, 10, 12, 14];
                ShapeWriter file = new("lfm2", GgmlType.Q4_K, 65_536);
                file.Key("block_count", 16)
                    .Key("context_length", 128_000)
                    .Key("embedding_length", 2048)
                    .Key("feed_forward_length", 8192)
                    .Key("attention.head_count", 32)
                    .Keys(
                        "attention.head_count_kv",
                        [.. Enumerable.Range(0, 16).Select(i => attention.Contains(i) ? 8 : 0)]
                    )
                    .Key("shortconv.l_cache", 3)
                    .Float("attention.layer_norm_rms_epsilon", 1e-5f);
                file.Typed("token_embd", GgmlType.Q6_K, 2048, 65_536).Norm("token_embd_norm", 2048);
                for (int layer = 0; layer < 16; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", 2048).Norm($"{at}ffn_norm", 2048);
                    if (attention.Contains(layer))
                    {
                        AddAttention(file, at, 2048, 2048, 512);
                        file.Norm($"{at}attn_q_norm", 64).Norm($"{at}attn_k_norm", 64);
                    }
                    else
                    {
                        file.Float32($"{at}shortconv.conv.weight", 3, 2048)
                            .Matrix($"{at}shortconv.in_proj", 2048, 6144)
                            .Matrix($"{at}shortconv.out_proj", 2048, 2048);
                    }

                    AddFeedForward(file, at, 2048, 8192, 0, 0);
                }

                return file.Builder;
            }
        );

    private static RealShape Qwen3Next =>
        new(
            "Qwen3-Next 80B-A3B",
            "qwen3next",
            48,
            () =>
            {
                const int Width = 2048;
                ShapeWriter file = new("qwen3next", GgmlType.Q4_K, 151_936);
                file.Key("block_count", 48)
                    .Key("context_length", 262_144)
                    .Key("embedding_length", Width)
                    .Key("feed_forward_length", 5120)
                    .Key("attention.head_count", 16)
                    .Key("attention.head_count_kv", 2)
                    .Key("attention.key_length", 256)
                    .Key("attention.value_length", 256)
                    .Key("rope.dimension_count", 64)
                    .Key("full_attention_interval", 4)
                    .Key("expert_count", 512)
                    .Key("expert_used_count", 10)
                    .Key("expert_feed_forward_length", 512)
                    .Key("expert_shared_feed_forward_length", 512)
                    .Float("attention.layer_norm_rms_epsilon", 1e-6f);
                AddStateKeys(file, inner: 4096, state: 128, rank: 32, groups: 16);
                AddEnds(file, Width, 151_936, tied: false);
                for (int layer = 0; layer < 48; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_norm", Width).Norm($"{at}post_attention_norm", Width);
                    if (layer % 4 == 3)
                    {
                        file.Matrix($"{at}attn_q", Width, 2 * 4096)
                            .Matrix($"{at}attn_k", Width, 512)
                            .Matrix($"{at}attn_v", Width, 512)
                            .Matrix($"{at}attn_output", 4096, Width)
                            .Norm($"{at}attn_q_norm", 256)
                            .Norm($"{at}attn_k_norm", 256);
                    }
                    else
                    {
                        file.Matrix($"{at}attn_qkv", Width, 8192)
                            .Matrix($"{at}attn_gate", Width, 4096)
                            .Float32($"{at}ssm_conv1d.weight", 4, 8192)
                            .Float32($"{at}ssm_dt.bias", 32)
                            .Float32($"{at}ssm_a", 32)
                            .Matrix($"{at}ssm_ba", Width, 64)
                            .Norm($"{at}ssm_norm", 128)
                            .Matrix($"{at}ssm_out", 4096, Width);
                    }

                    AddFeedForward(file, at, Width, 512, 512, 512);
                    file.Float32($"{at}ffn_gate_inp_shexp.weight", Width)
                        .Matrix($"{at}ffn_gate_shexp", Width, 512)
                        .Matrix($"{at}ffn_up_shexp", Width, 512)
                        .Matrix($"{at}ffn_down_shexp", 512, Width);
                }

                return file.Builder;
            }
        );

    internal static void AddEnds(ShapeWriter file, int width, int vocabulary, bool tied, bool bias = false)
    {
        file.Typed("token_embd", GgmlType.Q6_K, width, vocabulary).Norm("output_norm", width, bias);
        if (!tied)
        {
            file.Typed("output", GgmlType.Q6_K, width, vocabulary);
        }
    }

    internal static void AddStateKeys(ShapeWriter file, int inner, int state, int rank, int groups)
    {
        file.Key("ssm.conv_kernel", 4)
            .Key("ssm.inner_size", inner)
            .Key("ssm.state_size", state)
            .Key("ssm.time_step_rank", rank);
        if (groups > 0)
        {
            file.Key("ssm.group_count", groups);
        }
    }

    private static void AddMamba(
        ShapeWriter file,
        string at,
        long width,
        long inner,
        long state,
        long rank
    ) =>
        file.Matrix($"{at}ssm_in", width, 2 * inner)
            .Float32($"{at}ssm_conv1d.weight", 4, inner)
            .Float32($"{at}ssm_conv1d.bias", inner)
            .Matrix($"{at}ssm_x", inner, rank + (2 * state))
            .Matrix($"{at}ssm_dt", rank, inner)
            .Float32($"{at}ssm_dt.bias", inner)
            .Float32($"{at}ssm_a", state, inner)
            .Float32($"{at}ssm_d", inner)
            .Matrix($"{at}ssm_out", inner, width);

    internal static void AddMamba2(
        ShapeWriter file,
        string at,
        long width,
        long inner,
        long state,
        long heads,
        long groups
    ) =>
        file.Matrix($"{at}ssm_in", width, (2 * inner) + (2 * groups * state) + heads)
            .Float32($"{at}ssm_conv1d.weight", 4, inner + (2 * groups * state))
            .Float32($"{at}ssm_conv1d.bias", inner + (2 * groups * state))
            .Float32($"{at}ssm_dt.bias", heads)
            .Float32($"{at}ssm_a", 1, heads)
            .Float32($"{at}ssm_d", 1, heads)
            .Float32($"{at}ssm_norm.weight", inner / groups, groups)
            .Matrix($"{at}ssm_out", inner, width);

    internal static void AddAttention(ShapeWriter file, string at, long width, long queries, long keys) =>
        file.Matrix($"{at}attn_q", width, queries)
            .Matrix($"{at}attn_k", width, keys)
            .Matrix($"{at}attn_v", width, keys)
            .Matrix($"{at}attn_output", queries, width);

    internal static void AddFeedForward(
        ShapeWriter file,
        string at,
        long width,
        long dense,
        long experts,
        long expertWidth
    )
    {
        if (experts == 0)
        {
            file.Matrix($"{at}ffn_gate", width, dense)
                .Matrix($"{at}ffn_up", width, dense)
                .Matrix($"{at}ffn_down", dense, width);
            return;
        }

        file.Float32($"{at}ffn_gate_inp.weight", width, experts)
            .Matrix($"{at}ffn_gate_exps", width, expertWidth, experts)
            .Matrix($"{at}ffn_up_exps", width, expertWidth, experts)
            .Matrix($"{at}ffn_down_exps", expertWidth, width, experts);
    }

    private static void AddRwkv7(ShapeWriter file, string at, long width, bool first)
    {
        file.Norm($"{at}attn_norm", width, bias: true).Norm($"{at}attn_norm_2", width, bias: true);
        foreach (
            (string name, long rank) in new (string, long)[] { ("w", 96), ("a", 96), ("v", 64), ("g", 320) }
        )
        {
            if (name == "v" && first)
            {
                // The first layer has no value residual; the engine still asks for the tensors, with the rank of a.
                file.Float32($"{at}time_mix_v0.weight", width)
                    .Matrix($"{at}time_mix_v1", width, 96)
                    .Matrix($"{at}time_mix_v2", 96, width);
                continue;
            }

            if (name != "g")
            {
                file.Float32($"{at}time_mix_{name}0.weight", width);
            }

            file.Matrix($"{at}time_mix_{name}1", width, rank).Matrix($"{at}time_mix_{name}2", rank, width);
        }

        file.Float32($"{at}time_mix_lerp_fused.weight", width, 1, 1, 6)
            .Float32($"{at}time_mix_k_k.weight", width)
            .Float32($"{at}time_mix_k_a.weight", width)
            .Float32($"{at}time_mix_r_k.weight", width)
            .Matrix($"{at}time_mix_key", width, width)
            .Matrix($"{at}time_mix_value", width, width)
            .Matrix($"{at}time_mix_receptance", width, width)
            .Norm($"{at}time_mix_ln", width, bias: true)
            .Matrix($"{at}time_mix_output", width, width)
            .Float32($"{at}channel_mix_lerp_k.weight", width, 1, 1)
            .Matrix($"{at}channel_mix_key", width, 4 * width)
            .Matrix($"{at}channel_mix_value", 4 * width, width);
    }
}
