namespace LlmOperator.Models.Gguf;

/// <summary>The header of a GGUF file, checked against the length of the file.</summary>
public sealed record GgufFile
{
    /// <summary>Format version, 2 or 3.</summary>
    public required int Version { get; init; }

    /// <summary>Alignment of tensor data in bytes.</summary>
    public required int Alignment { get; init; }

    /// <summary>Metadata by key.</summary>
    public required GgufMetadata Metadata { get; init; }

    /// <summary>The tensor table in file order.</summary>
    public required IReadOnlyList<GgufTensor> Tensors { get; init; }

    /// <summary>Bytes before the tensor data, padding included.</summary>
    public required long HeaderBytes { get; init; }

    /// <summary>Bytes of the whole file.</summary>
    public required long FileBytes { get; init; }

    /// <summary>Set when the file is one part of several.</summary>
    public GgufSplit? Split { get; init; }
}
