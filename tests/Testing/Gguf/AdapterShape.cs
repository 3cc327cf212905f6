using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf;

/// <summary>A LoRA adapter of a model's shape: of the queries, the feed-forward part's output and the output.</summary>
public sealed record AdapterShape
{
    /// <summary>The model that it changes.</summary>
    public ModelShape Model { get; init; } = new();

    public int Rank { get; init; } = 8;

    public float Alpha { get; init; } = 16;

    /// <summary>The output matrix is changed too.</summary>
    public bool Output { get; init; }

    /// <summary>A builder of the shape. The tensors are zeros.</summary>
    public GgufBuilder Builder()
    {
        GgufBuilder builder = new GgufBuilder()
            .Text("general.architecture", Model.Architecture)
            .Text("general.type", "adapter")
            .Text("adapter.type", "lora")
            .Float32("adapter.lora.alpha", Alpha);
        for (int layer = 0; layer < Model.Layers; layer++)
        {
            Add(builder, $"blk.{layer}.attn_q.weight", Model.Embedding, (long)Model.Heads * Model.HeadLength);
            Add(builder, $"blk.{layer}.ffn_down.weight", Model.FeedForward, Model.Embedding);
        }

        if (Output)
        {
            Add(builder, "output.weight", Model.Embedding, Model.Vocabulary);
        }

        return builder;
    }

    private void Add(GgufBuilder builder, string name, long inputs, long outputs) =>
        builder
            .Tensor(name + ".lora_a", GgmlType.F32, [inputs, Rank])
            .Tensor(name + ".lora_b", GgmlType.F32, [Rank, outputs]);
}
