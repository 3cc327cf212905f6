namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>A number in a header: where it is, how wide, and what it means.</summary>
public sealed record GgufField(int Offset, int Bytes, GgufFieldKind Kind);
