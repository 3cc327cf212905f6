using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>A transformer whose layers are alike: what real models differ in.</summary>
public sealed record Transformer
{
    public required string Architecture { get; init; }

    public required int Layers { get; init; }

    public required int Embedding { get; init; }

    public required int Heads { get; init; }

    public required int KvHeads { get; init; }

    /// <summary>0 divides the embedding by the heads.</summary>
    public int HeadLength { get; init; }

    public required int FeedForward { get; init; }

    public required int Vocabulary { get; init; }

    public int Context { get; init; } = 131_072;

    public bool Tied { get; init; }

    public GgmlType Type { get; init; } = GgmlType.Q4_K;

    /// <summary>Type of the experts; null takes <see cref="Type"/>.</summary>
    public GgmlType? ExpertType { get; init; }

    public GgmlType OutputType { get; init; } = GgmlType.Q6_K;

    /// <summary>Query, key and value in one matrix.</summary>
    public bool FusedAttention { get; init; }

    public bool AttentionBias { get; init; }

    public bool AttentionOutputBias { get; init; }

    /// <summary>Query and key normalised by head.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>Query and key normalised over all heads.</summary>
    public bool WideNorms { get; init; }

    /// <summary>Norms have biases.</summary>
    public bool NormBias { get; init; }

    /// <summary>A norm before attention and before feed-forward.</summary>
    public bool PreNorms { get; init; } = true;

    /// <summary>Norms after attention and after feed-forward.</summary>
    public bool PostNorms { get; init; }

    /// <summary>Attention and feed-forward work on the same normalised input.</summary>
    public bool Parallel { get; init; }

    /// <summary>Gate and up matrices; false has up alone.</summary>
    public bool Gated { get; init; } = true;

    /// <summary>Gate and up in one matrix.</summary>
    public bool FusedGate { get; init; }

    public bool FeedForwardBias { get; init; }

    public int Experts { get; init; }

    public int ExpertsUsed { get; init; }

    public int ExpertFeedForward { get; init; }

    /// <summary>Width of the experts that every token uses; 0 without.</summary>
    public int SharedFeedForward { get; init; }

    /// <summary>The first layers that have no experts.</summary>
    public int DenseLayers { get; init; }

    public int Window { get; init; }

    /// <summary>More keys and tensors.</summary>
    public Action<ShapeWriter>? Extra { get; init; }

    /// <summary>More tensors of a layer, by the prefix of its names.</summary>
    public Action<ShapeWriter, string>? ExtraLayer { get; init; }

    private int Head => HeadLength > 0 ? HeadLength : Embedding / Heads;

    public RealShape Named(string name) => new(name, Architecture, Layers, Build);

    private GgufBuilder Build()
    {
        ShapeWriter file = new(Architecture, Type, Vocabulary);
        AddKeys(file);
        file.Typed("token_embd", OutputType, Embedding, Vocabulary).Norm("output_norm", Embedding, NormBias);
        if (!Tied)
        {
            file.Typed("output", OutputType, Embedding, Vocabulary);
        }

        Extra?.Invoke(file);
        for (int layer = 0; layer < Layers; layer++)
        {
            AddAttention(file, $"blk.{layer}.");
            AddFeedForward(file, $"blk.{layer}.", Experts > 0 && layer >= DenseLayers);
            ExtraLayer?.Invoke(file, $"blk.{layer}.");
        }

        return file.Builder;
    }

    private void AddKeys(ShapeWriter file)
    {
        file.Key("block_count", Layers)
            .Key("context_length", Context)
            .Key("embedding_length", Embedding)
            .Key("feed_forward_length", FeedForward)
            .Key("attention.head_count", Heads)
            .Key("attention.head_count_kv", KvHeads)
            .Key("attention.key_length", Head)
            .Key("attention.value_length", Head)
            .Key("rope.dimension_count", Head)
            .Float("attention.layer_norm_rms_epsilon", 1e-5f)
            .Float("attention.layer_norm_epsilon", 1e-5f);
        if (Window > 0)
        {
            file.Key("attention.sliding_window", Window);
        }

        if (Experts > 0)
        {
            file.Key("expert_count", Experts)
                .Key("expert_used_count", ExpertsUsed)
                .Key("expert_feed_forward_length", ExpertFeedForward);
            if (SharedFeedForward > 0)
            {
                file.Key("expert_shared_feed_forward_length", SharedFeedForward);
            }
        }
    }

    private void AddAttention(ShapeWriter file, string at)
    {
        long queries = (long)Heads * Head;
        long keys = (long)KvHeads * Head;
        if (PreNorms)
        {
            file.Norm($"{at}attn_norm", Embedding, NormBias);
        }

        if (FusedAttention)
        {
            AddMatrix(file, $"{at}attn_qkv", AttentionBias, Embedding, queries + (2 * keys));
        }
        else
        {
            AddMatrix(file, $"{at}attn_q", AttentionBias, Embedding, queries);
            AddMatrix(file, $"{at}attn_k", AttentionBias, Embedding, keys);
            AddMatrix(file, $"{at}attn_v", AttentionBias, Embedding, keys);
        }

        AddMatrix(file, $"{at}attn_output", AttentionOutputBias, queries, Embedding);
        if (HeadNorms || WideNorms)
        {
            file.Norm($"{at}attn_q_norm", WideNorms ? queries : Head)
                .Norm($"{at}attn_k_norm", WideNorms ? keys : Head);
        }

        if (PostNorms)
        {
            file.Norm($"{at}post_attention_norm", Embedding).Norm($"{at}post_ffw_norm", Embedding);
        }
    }

    private void AddFeedForward(ShapeWriter file, string at, bool experts)
    {
        if (PreNorms && !Parallel)
        {
            file.Norm($"{at}ffn_norm", Embedding, NormBias);
        }

        if (!experts)
        {
            if (Gated && !FusedGate)
            {
                file.Matrix($"{at}ffn_gate", Embedding, FeedForward);
            }

            AddMatrix(
                file,
                $"{at}ffn_up",
                FeedForwardBias,
                Embedding,
                FusedGate ? 2L * FeedForward : FeedForward
            );
            AddMatrix(file, $"{at}ffn_down", FeedForwardBias, FeedForward, Embedding);
            return;
        }

        file.Float32($"{at}ffn_gate_inp.weight", Embedding, Experts)
            .Typed($"{at}ffn_gate_exps", ExpertType ?? Type, Embedding, ExpertFeedForward, Experts)
            .Typed($"{at}ffn_up_exps", ExpertType ?? Type, Embedding, ExpertFeedForward, Experts)
            .Typed($"{at}ffn_down_exps", ExpertType ?? Type, ExpertFeedForward, Embedding, Experts);
        if (SharedFeedForward > 0)
        {
            file.Matrix($"{at}ffn_gate_shexp", Embedding, SharedFeedForward)
                .Matrix($"{at}ffn_up_shexp", Embedding, SharedFeedForward)
                .Matrix($"{at}ffn_down_shexp", SharedFeedForward, Embedding);
        }
    }

    private static void AddMatrix(ShapeWriter file, string name, bool bias, long rows, long columns)
    {
        file.Matrix(name, rows, columns);
        if (bias)
        {
            file.Float32($"{name}.bias", columns);
        }
    }
}
