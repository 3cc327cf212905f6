using System.Buffers.Binary;
using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

/// <summary>One file for each way a header can lie.</summary>
internal static class DamagedFiles
{
    private const uint ArrayType = (uint)GgufValueType.Array;

    public static byte[] Build(string damage) =>
        damage switch
        {
            "empty" => [],
            "magic" => Patched(0, 0x46554748),
            "version" => Patched(4, 1),
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
            "tensorType" => PatchedTensorType(),
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

    private static byte[] PatchedTensorType()
    {
        byte[] bytes = new GgufBuilder().Tensor("t", GgmlType.F32, [1]).BuildHeader();
        // 24 bytes of counts, name (8 + 1), rank (4), one dimension (8): then the type.
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24 + 9 + 4 + 8), 4);
        return bytes;
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
