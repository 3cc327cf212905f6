namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>What a number in a header means.</summary>
public enum GgufFieldKind
{
    Magic,
    Version,
    TensorCount,
    EntryCount,
    TextLength,
    ArrayLength,
    ValueType,
    Value,
    Rank,
    Dimension,
    TensorType,
    TensorOffset,
}
