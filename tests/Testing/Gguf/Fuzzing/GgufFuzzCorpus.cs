using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>Sound headers to start from: every value type, every tensor type, every kind of file.</summary>
public static class GgufFuzzCorpus
{
    public static IReadOnlyList<GgufFuzzSeed> Seeds { get; } =
    [
        Seed(ModelShapes.Builder(new ModelShape(), null)),
        Seed(
            ModelShapes.Builder(
                new ModelShape
                {
                    Experts = 4,
                    ExpertsUsed = 2,
                    ExpertFeedForward = 64,
                    SlidingWindow = 512,
                    KvHeadsByLayer = [2, 4],
                    Vocabulary = 40,
                },
                null
            )
        ),
        Seed(AllTypes()),
        Seed(Projector()),
        Seed(Adapter()),
        Seed(Part()),
    ];

    private static GgufFuzzSeed Seed(GgufBuilder builder)
    {
        byte[] header = builder.BuildHeader();
        return new GgufFuzzSeed(header, header.Length + builder.DataLength, new GgufFieldMap(header));
    }

    private static GgufBuilder AllTypes()
    {
        GgufBuilder builder = new GgufBuilder { Version = 2, Alignment = 64 }
            .Text("general.architecture", "all")
            .UInt32("general.alignment", 64)
            .Boolean("all.boolean", true)
            .Float32("all.real", 1.5f)
            .TextArray("all.texts", ["a", "", "ccc"])
            .Int32Array("all.integers", [-1, 0, 1])
            .BooleanArray("all.booleans", [true, false])
            .Float32Array("all.reals", [0f, 1f]);
        foreach (
            (uint type, int bytes) in new[]
            {
                (0u, 1),
                (1u, 1),
                (2u, 2),
                (3u, 2),
                (5u, 4),
                (10u, 8),
                (11u, 8),
                (12u, 8),
            }
        )
        {
            builder.Raw($"all.type{type}", type, writer => writer.Write(new byte[bytes]));
        }

        foreach (GgmlType type in GgmlTypes.All)
        {
            builder.Tensor($"t.{type}", type, [256, 2]);
        }

        return builder;
    }

    private static GgufBuilder Projector() =>
        new GgufBuilder()
            .Text("general.architecture", "clip")
            .Text("general.type", "mmproj")
            .Text("clip.projector_type", "mlp")
            .Boolean("clip.has_vision_encoder", true)
            .UInt32("clip.vision.image_size", 224)
            .UInt32("clip.vision.patch_size", 14)
            .UInt32("clip.vision.embedding_length", 64)
            .UInt32("clip.vision.block_count", 2)
            .UInt32("clip.vision.projection_dim", 64)
            .Float32Array("clip.vision.image_mean", [0.5f, 0.5f, 0.5f])
            .Tensor("v.patch_embd.weight", GgmlType.F16, [14, 14, 3, 64])
            .Tensor("mm.0.weight", GgmlType.F16, [64, 64]);

    private static GgufBuilder Adapter() =>
        new GgufBuilder()
            .Text("general.architecture", "llama")
            .Text("general.type", "adapter")
            .Text("adapter.type", "lora")
            .Float32("adapter.lora.alpha", 16f)
            .Tensor("blk.0.attn_q.weight.lora_a", GgmlType.F32, [64, 8])
            .Tensor("blk.0.attn_q.weight.lora_b", GgmlType.F32, [8, 64]);

    private static GgufBuilder Part() =>
        new GgufBuilder()
            .Text("general.architecture", "llama")
            .UInt32("split.no", 0)
            .UInt32("split.count", 2)
            .UInt32("split.tensors.count", 2)
            .Tensor("token_embd.weight", GgmlType.Q4_K, [256, 8]);
}
