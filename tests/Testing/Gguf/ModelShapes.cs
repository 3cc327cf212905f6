using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf;

/// <summary>Turns shapes into GGUF files: with random weights that an engine really runs, or as sparse files.</summary>
public static class ModelShapes
{
    /// <summary>A tiny llama with random weights; the same seed gives the same bytes.</summary>
    public static byte[] TinyLlama(int seed = 1) => Builder(new ModelShape(), new Random(seed)).Build();

    /// <summary>A tiny llama with a chat template of its own.</summary>
    public static byte[] TinyLlama(string chatTemplate) =>
        Builder(new ModelShape { ChatTemplate = chatTemplate }, new Random(1)).Build();

    /// <summary>A file of the shape without data.</summary>
    public static void WriteSparse(ModelShape shape, string path) => Builder(shape, null).WriteFile(path);

    /// <summary>A builder of the shape; with <paramref name="random"/> its F32 tensors have data.</summary>
    public static GgufBuilder Builder(ModelShape shape, Random? random)
    {
        GgufBuilder builder = new();
        AddMetadata(builder, shape);
        AddVocabulary(builder, shape.Vocabulary);
        builder.Text("tokenizer.chat_template", shape.ChatTemplate);
        GgmlType embeddingType = shape.EmbeddingType ?? shape.Type;
        Add(builder, random, "token_embd.weight", embeddingType, [shape.Embedding, shape.Vocabulary]);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            AddLayer(builder, random, shape, layer);
        }

        Add(builder, random, "output_norm.weight", GgmlType.F32, [shape.Embedding]);
        if (!shape.Tied)
        {
            Add(builder, random, "output.weight", embeddingType, [shape.Embedding, shape.Vocabulary]);
        }

        return builder;
    }

    private static void AddMetadata(GgufBuilder builder, ModelShape shape)
    {
        string a = shape.Architecture;
        builder
            .Text("general.architecture", a)
            .Text("general.type", "model")
            .Text("general.name", $"{a} test shape")
            .UInt32($"{a}.block_count", (uint)shape.Layers)
            .UInt32($"{a}.context_length", (uint)shape.Context)
            .UInt32($"{a}.embedding_length", (uint)shape.Embedding)
            .UInt32($"{a}.feed_forward_length", (uint)shape.FeedForward)
            .UInt32($"{a}.attention.head_count", (uint)shape.Heads)
            .UInt32($"{a}.attention.key_length", (uint)shape.HeadLength)
            .UInt32($"{a}.attention.value_length", (uint)shape.HeadLength)
            .UInt32($"{a}.rope.dimension_count", (uint)shape.HeadLength)
            .Float32($"{a}.attention.layer_norm_rms_epsilon", 1e-5f)
            .Float32($"{a}.rope.freq_base", 10_000f);
        if (shape.KvHeadsByLayer is { } heads)
        {
            builder.Int32Array($"{a}.attention.head_count_kv", [.. heads]);
        }
        else
        {
            builder.UInt32($"{a}.attention.head_count_kv", (uint)shape.KvHeads);
        }

        if (shape.SlidingWindow > 0)
        {
            builder.UInt32($"{a}.attention.sliding_window", (uint)shape.SlidingWindow);
        }

        if (shape.Experts > 0)
        {
            builder
                .UInt32($"{a}.expert_count", (uint)shape.Experts)
                .UInt32($"{a}.expert_used_count", (uint)shape.ExpertsUsed)
                .UInt32($"{a}.expert_feed_forward_length", (uint)shape.ExpertFeedForward);
        }
    }

    // A SentencePiece vocabulary of bytes: it reads and writes any text.
    private static void AddVocabulary(GgufBuilder builder, int size)
    {
        const int Normal = 1;
        const int Unknown = 2;
        const int Control = 3;
        const int Byte = 6;
        List<string> tokens = ["<unk>", "<s>", "</s>"];
        List<int> types = [Unknown, Control, Control];
        for (int value = 0; value < 256 && tokens.Count < size; value++)
        {
            tokens.Add($"<0x{value:X2}>");
            types.Add(Byte);
        }

        while (tokens.Count < size)
        {
            tokens.Add($"t{tokens.Count}");
            types.Add(Normal);
        }

        builder
            .Text("tokenizer.ggml.model", "llama")
            .TextArray("tokenizer.ggml.tokens", tokens)
            .Float32Array("tokenizer.ggml.scores", [.. tokens.Select((_, i) => -(float)i)])
            .Int32Array("tokenizer.ggml.token_type", types)
            .UInt32("tokenizer.ggml.unknown_token_id", 0)
            .UInt32("tokenizer.ggml.bos_token_id", 1)
            .UInt32("tokenizer.ggml.eos_token_id", 2);
    }

    private static void AddLayer(GgufBuilder builder, Random? random, ModelShape shape, int layer)
    {
        long embedding = shape.Embedding;
        long queries = (long)shape.Heads * shape.HeadLength;
        long keys = (long)(shape.KvHeadsByLayer?[layer] ?? shape.KvHeads) * shape.HeadLength;
        void Matrix(string name, params long[] dimensions) =>
            Add(builder, random, $"blk.{layer}.{name}.weight", shape.Type, dimensions);
        void Vector(string name, long length) =>
            Add(builder, random, $"blk.{layer}.{name}", GgmlType.F32, [length]);

        Vector("attn_norm.weight", embedding);
        Matrix("attn_q", embedding, queries);
        if (keys > 0)
        {
            Matrix("attn_k", embedding, keys);
            Matrix("attn_v", embedding, keys);
        }

        Matrix("attn_output", queries, embedding);
        if (shape.AttentionBias)
        {
            Vector("attn_q.bias", queries);
            Vector("attn_k.bias", keys);
            Vector("attn_v.bias", keys);
        }

        if (shape.AttentionNorm)
        {
            Vector("attn_q_norm.weight", shape.HeadLength);
            Vector("attn_k_norm.weight", shape.HeadLength);
        }

        if (shape.PostNorms)
        {
            Vector("post_attention_norm.weight", embedding);
            Vector("post_ffw_norm.weight", embedding);
        }

        Vector("ffn_norm.weight", embedding);
        if (shape.Experts > 0)
        {
            Add(
                builder,
                random,
                $"blk.{layer}.ffn_gate_inp.weight",
                GgmlType.F32,
                [embedding, shape.Experts]
            );
            Matrix("ffn_gate_exps", embedding, shape.ExpertFeedForward, shape.Experts);
            Matrix("ffn_up_exps", embedding, shape.ExpertFeedForward, shape.Experts);
            Matrix("ffn_down_exps", shape.ExpertFeedForward, embedding, shape.Experts);
        }
        else
        {
            Matrix("ffn_gate", embedding, shape.FeedForward);
            Matrix("ffn_up", embedding, shape.FeedForward);
            Matrix("ffn_down", shape.FeedForward, embedding);
        }
    }

    private static void Add(
        GgufBuilder builder,
        Random? random,
        string name,
        GgmlType type,
        long[] dimensions
    )
    {
        byte[]? data = null;
        if (random is not null && type == GgmlType.F32)
        {
            bool norm = name.EndsWith("norm.weight", StringComparison.Ordinal);
            long count = dimensions.Aggregate(1L, (product, next) => product * next);
            float[] values = new float[count];
            for (long i = 0; i < count; i++)
            {
                values[i] = norm ? 1f : ((float)random.NextDouble() - 0.5f) * 0.2f;
            }

            data = GgufBuilder.Floats(values);
        }

        builder.Tensor(name, type, dimensions, data);
    }
}
