using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf;

/// <summary>
/// The numbers of a multimodal projector that reads images. Defaults make one of a quarter of a megabyte that fits
/// the default <see cref="ModelShape"/>.
/// </summary>
public sealed record ProjectorShape
{
    /// <summary>One of <c>gemma3</c>, <c>mlp</c>, <c>idefics3</c>, <c>qwen2vl_merger</c>, <c>pixtral</c>.</summary>
    public string Kind { get; init; } = "gemma3";

    public int ImageSize { get; init; } = 224;

    public int PatchSize { get; init; } = 14;

    public int Embedding { get; init; } = 64;

    public int FeedForward { get; init; } = 128;

    public int Heads { get; init; } = 4;

    public int Layers { get; init; } = 2;

    /// <summary>Width of the model.</summary>
    public int Projection { get; init; } = 64;

    /// <summary>Patches a side that become one token (Gemma 3, Idefics 3).</summary>
    public int Scale { get; init; } = 2;

    /// <summary>Type of the matrices.</summary>
    public GgmlType Type { get; init; } = GgmlType.F16;

    private bool IsPixtral => Kind == "pixtral";

    private bool IsQwen => Kind == "qwen2vl_merger";

    /// <summary>A builder of the shape. The tensors are zeros.</summary>
    public GgufBuilder Builder()
    {
        GgufBuilder builder = new GgufBuilder()
            .Text("general.architecture", "clip")
            .Text("general.type", "mmproj")
            .Text("clip.projector_type", Kind)
            .Boolean("clip.has_vision_encoder", true)
            .Boolean(IsPixtral ? "clip.use_silu" : "clip.use_gelu", true)
            .UInt32("clip.vision.image_size", (uint)ImageSize)
            .UInt32("clip.vision.patch_size", (uint)PatchSize)
            .UInt32("clip.vision.embedding_length", (uint)Embedding)
            .UInt32("clip.vision.feed_forward_length", (uint)FeedForward)
            .UInt32("clip.vision.block_count", (uint)Layers)
            .UInt32("clip.vision.projection_dim", (uint)Projection)
            .UInt32("clip.vision.attention.head_count", (uint)Heads)
            .Float32("clip.vision.attention.layer_norm_epsilon", 1e-6f)
            .Float32Array("clip.vision.image_mean", [0.5f, 0.5f, 0.5f])
            .Float32Array("clip.vision.image_std", [0.5f, 0.5f, 0.5f]);
        if (Kind is "gemma3" or "idefics3")
        {
            builder.UInt32("clip.vision.projector.scale_factor", (uint)Scale);
        }

        AddInput(builder);
        for (int layer = 0; layer < Layers; layer++)
        {
            AddLayer(builder, $"v.blk.{layer}.");
        }

        AddProjection(builder);
        return builder;
    }

    private void AddInput(GgufBuilder builder)
    {
        long[] patch = [PatchSize, PatchSize, 3, Embedding];
        builder.Tensor("v.patch_embd.weight", Type, patch);
        if (IsPixtral)
        {
            builder.Tensor("v.pre_ln.weight", GgmlType.F32, [Embedding]);
            return;
        }

        if (IsQwen)
        {
            builder.Tensor("v.patch_embd.weight.1", Type, patch);
        }
        else
        {
            long side = ImageSize / PatchSize;
            // CLIP has a class token beside the patches.
            long positions = (side * side) + (Kind == "mlp" ? 1 : 0);
            builder
                .Tensor("v.patch_embd.bias", GgmlType.F32, [Embedding])
                .Tensor("v.position_embd.weight", GgmlType.F32, [Embedding, positions]);
        }

        if (Kind == "mlp")
        {
            builder.Tensor("v.class_embd", GgmlType.F32, [Embedding]);
            AddNorm(builder, "v.pre_ln");
        }
        else
        {
            AddNorm(builder, "v.post_ln");
        }
    }

    private void AddLayer(GgufBuilder builder, string prefix)
    {
        foreach (string name in (string[])["attn_q", "attn_k", "attn_v", "attn_out"])
        {
            AddMatrix(builder, prefix + name, Embedding, Embedding);
        }

        AddNorm(builder, prefix + "ln1");
        AddNorm(builder, prefix + "ln2");
        AddMatrix(builder, prefix + "ffn_up", Embedding, FeedForward);
        AddMatrix(builder, prefix + "ffn_down", FeedForward, Embedding);
        if (IsPixtral)
        {
            AddMatrix(builder, prefix + "ffn_gate", Embedding, FeedForward);
        }
    }

    private void AddProjection(GgufBuilder builder)
    {
        switch (Kind)
        {
            case "gemma3":
                builder
                    .Tensor("mm.input_projection.weight", Type, [Projection, Embedding])
                    .Tensor("mm.soft_emb_norm.weight", GgmlType.F32, [Embedding]);
                break;
            case "idefics3":
                builder.Tensor("mm.model.fc.weight", Type, [(long)Embedding * Scale * Scale, Projection]);
                break;
            case "pixtral":
                AddMatrix(builder, "mm.1", Embedding, Projection, bias: true);
                AddMatrix(builder, "mm.2", Projection, Projection, bias: true);
                builder.Tensor("v.token_embd.img_break", GgmlType.F32, [Projection]);
                break;
            default:
                long merged = IsQwen ? 4L * Embedding : Embedding;
                AddMatrix(builder, "mm.0", merged, IsQwen ? merged : Projection);
                AddMatrix(builder, "mm.2", IsQwen ? merged : Projection, Projection);
                break;
        }
    }

    private void AddMatrix(GgufBuilder builder, string name, long inputs, long outputs, bool bias = false)
    {
        builder.Tensor(name + ".weight", Type, [inputs, outputs]);
        if (bias || !IsPixtral)
        {
            builder.Tensor(name + ".bias", GgmlType.F32, [outputs]);
        }
    }

    private void AddNorm(GgufBuilder builder, string name)
    {
        builder.Tensor(name + ".weight", GgmlType.F32, [Embedding]);
        if (!IsPixtral)
        {
            builder.Tensor(name + ".bias", GgmlType.F32, [Embedding]);
        }
    }
}
