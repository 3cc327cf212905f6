namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>A header that may be damaged, followed by zeros up to the claimed length of the file.</summary>
public sealed record MutatedFile(byte[] Header, long FileBytes);
