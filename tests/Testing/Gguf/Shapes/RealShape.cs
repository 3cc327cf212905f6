namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>A real model by its public numbers.</summary>
/// <param name="Name">Name, as people know it.</param>
/// <param name="Architecture">The engine's name of the architecture.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Build">Writes the header.</param>
public sealed record RealShape(string Name, string Architecture, int Layers, Func<GgufBuilder> Build);
