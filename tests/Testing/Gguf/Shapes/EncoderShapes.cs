using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Embedding models: no cache, every token sees every other. Numbers of the published configurations.</summary>
internal static class EncoderShapes
{
    public static IEnumerable<RealShape> All =>
        [
            Encoder("BGE large", "bert", 24, 1024, 16, 4096, 512, gated: false),
            Encoder("Nomic Embed 1.5", "nomic-bert", 12, 768, 12, 3072, 2048, gated: true),
        ];

    private static RealShape Encoder(
        string name,
        string architecture,
        int layers,
        int width,
        int heads,
        int hidden,
        int context,
        bool gated
    ) =>
        new(
            name,
            architecture,
            layers,
            () =>
            {
                const int Vocabulary = 30_522;
                ShapeWriter file = new(architecture, GgmlType.F16, Vocabulary);
                file.Key("block_count", layers)
                    .Key("context_length", context)
                    .Key("embedding_length", width)
                    .Key("feed_forward_length", hidden)
                    .Key("attention.head_count", heads)
                    .Flag("attention.causal", false)
                    .Key("pooling_type", gated ? 1 : 2)
                    .Float("attention.layer_norm_epsilon", 1e-12f);
                file.Builder.UInt32("tokenizer.ggml.token_type_count", 2);
                file.Typed("token_embd", GgmlType.F16, width, Vocabulary)
                    .Float32("token_types.weight", width, 2)
                    .Norm("token_embd_norm", width, bias: true);
                if (!gated)
                {
                    file.Float32("position_embd.weight", width, context);
                }

                for (int layer = 0; layer < layers; layer++)
                {
                    string at = $"blk.{layer}.";
                    file.Norm($"{at}attn_output_norm", width, bias: true)
                        .Norm($"{at}layer_output_norm", width, bias: true);
                    if (gated)
                    {
                        file.Matrix($"{at}attn_qkv", width, 3 * width)
                            .Matrix($"{at}attn_output", width, width)
                            .Matrix($"{at}ffn_gate", width, hidden)
                            .Matrix($"{at}ffn_up", width, hidden)
                            .Matrix($"{at}ffn_down", hidden, width);
                        continue;
                    }

                    foreach (string matrix in (string[])["attn_q", "attn_k", "attn_v", "attn_output"])
                    {
                        file.Matrix($"{at}{matrix}", width, width).Float32($"{at}{matrix}.bias", width);
                    }

                    file.Matrix($"{at}ffn_up", width, hidden)
                        .Float32($"{at}ffn_up.bias", hidden)
                        .Matrix($"{at}ffn_down", hidden, width)
                        .Float32($"{at}ffn_down.bias", width);
                }

                return file.Builder;
            }
        );
}
