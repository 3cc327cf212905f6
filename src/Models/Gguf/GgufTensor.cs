namespace LlmOperator.Models.Gguf;

/// <summary>One entry of the tensor table.</summary>
public sealed record GgufTensor
{
    /// <summary>The name, such as <c>blk.0.attn_q.weight</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Element type.</summary>
    public required GgmlType Type { get; init; }

    /// <summary>One to four dimensions, the contiguous one first.</summary>
    public required IReadOnlyList<long> Dimensions { get; init; }

    /// <summary>Bytes from the start of the tensor data, which is <see cref="GgufFile.HeaderBytes"/>.</summary>
    public required long Offset { get; init; }

    /// <summary>Bytes of the data, without padding.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Product of the dimensions.</summary>
    public required long ElementCount { get; init; }
}
