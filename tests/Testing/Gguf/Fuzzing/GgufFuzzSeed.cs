namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>A sound header, the bytes of its file, and where its numbers are.</summary>
public sealed record GgufFuzzSeed(byte[] Header, long FileBytes, GgufFieldMap Map);
