using System.Buffers.Binary;
using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

/// <summary>One file for each way a header can lie.</summary>
internal static class DamagedFiles
{
    // 24 bytes of counts, then the first tensor: name (8 + 1), rank (4), one dimension (8), type (4), offset (8).
    private const int RankAt = 24 + 9;
    private const int TypeAt = RankAt + 4 + 8;
    private const int OffsetAt = TypeAt + 4;
    private const int EntryBytes = 9 + 4 + 8 + 4 + 8;
    private const uint ArrayType = (uint)GgufValueType.Array;

    public static byte[] Build(string damage) =>
        damage switch
        {
            "empty" => [],
            "magic" => Patched(0, 0x46554748),
            "version" => Patched(4, 1),
            "version4" => Patched(4, 4),
            "bigEndian" => Patched(4, 0x03000000),
            "tensorCount" => Patched(8, 0x00FFFFFF),
            "entryCount" => Patched(16, 0x00FFFFFF),
            "stringLength" => new GgufBuilder()
                .Raw("k", (uint)GgufValueType.String, writer => writer.Write(ulong.MaxValue))
                .Build(),
            "arrayLength" => Array((uint)GgufValueType.Int32, ulong.MaxValue),
            "arrayBeyondEnd" => Array((uint)GgufValueType.Int32, 1_000_000),
            "nestedArray" => Array(ArrayType, 1),
            "valueType" => new GgufBuilder().Raw("k", 99, _ => { }).Build(),
            "duplicateKey" => new GgufBuilder().UInt32("k", 1).UInt32("k", 1).Build(),
            "notUtf8" => new GgufBuilder()
                .Raw(
                    "k",
                    (uint)GgufValueType.String,
                    writer =>
                    {
                        writer.Write(2UL);
                        writer.Write([0xC3, 0x28]);
                    }
                )
                .Build(),
            "alignment" => new GgufBuilder().UInt32("general.alignment", 48).Build(),
            "alignmentType" => new GgufBuilder().Text("general.alignment", "32").Build(),
            "alignmentZero" => new GgufBuilder().UInt32("general.alignment", 0).Build(),
            "alignmentHuge" => new GgufBuilder().UInt32("general.alignment", 1u << 31).Build(),
            "emptyKey" => new GgufBuilder().UInt32("", 1).Build(),
            "zeroByteInKey" => new GgufBuilder().Text("general.architecture\0", "llama").Build(),
            "manyKeptTexts" => ManyTexts(),
            "template" => new GgufBuilder()
                .Text("tokenizer.chat_template", new string('x', (4 << 20) + 1))
                .Build(),
            "splitNumber" => new GgufBuilder()
                .UInt32("split.count", 2)
                .UInt32("split.tensors.count", 0)
                .Build(),
            "splitTensors" => new GgufBuilder().UInt32("split.count", 2).UInt32("split.no", 0).Build(),
            // The first number after the types that the engine knows.
            "tensorType" => PatchedTensor(TypeAt, 43),
            "removedType" => PatchedTensor(TypeAt, 4),
            "negativeType" => PatchedTensor(TypeAt, uint.MaxValue),
            "tensorRank0" => PatchedTensor(RankAt, 0),
            "tensorOffset" => PatchedTensor(OffsetAt + 4, uint.MaxValue),
            "rows" => new GgufBuilder().Tensor("t", GgmlType.Q4_K, [128, 2]).Build(),
            "rank" => new GgufBuilder().Tensor("t", GgmlType.F32, [1, 1, 1, 1, 1]).Build(),
            "zeroDimension" => new GgufBuilder().Tensor("t", GgmlType.F32, [0]).Build(),
            "hugeTensor" => new GgufBuilder()
                .Tensor("t", GgmlType.F32, [1L << 31, 1L << 31, 1L << 31])
                .BuildHeader(),
            "duplicateTensor" => new GgufBuilder()
                .Tensor("t", GgmlType.F32, [1])
                .Tensor("t", GgmlType.F32, [1])
                .Build(),
            "tensorName" => new GgufBuilder().Tensor(new string('n', 64), GgmlType.F32, [1]).Build(),
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        };

    private static byte[] Patched(int offset, uint value)
    {
        byte[] bytes = ModelShapes.TinyLlama();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        return bytes;
    }

    private static byte[] PatchedTensor(int offset, uint value)
    {
        byte[] bytes = new GgufBuilder().Tensor("t", GgmlType.F32, [1]).BuildHeader();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        return bytes;
    }

    /// <summary>Two tensors of four bytes, the second at any offset.</summary>
    public static byte[] SecondTensorAtOffset(ulong offset)
    {
        byte[] bytes = new GgufBuilder()
            .Tensor("a", GgmlType.F32, [1])
            .Tensor("b", GgmlType.F32, [1])
            .Build();
        // The offset ends an entry, and entries are equally long.
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(OffsetAt + EntryBytes), offset);
        return bytes;
    }

    // Below the limit of each one, above the limit of all.
    private static byte[] ManyTexts()
    {
        GgufBuilder builder = new();
        for (int i = 0; i < 10; i++)
        {
            builder.Text($"k{i}", new string('x', 1 << 20));
        }

        return builder.Build();
    }

    private static byte[] Array(uint elementType, ulong count) =>
        new GgufBuilder()
            .Raw(
                "k",
                ArrayType,
                writer =>
                {
                    writer.Write(elementType);
                    writer.Write(count);
                }
            )
            .Build();
}
