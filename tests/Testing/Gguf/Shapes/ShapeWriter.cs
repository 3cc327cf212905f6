using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Writes the header of a real model: keys of one architecture and its tensors.</summary>
public sealed class ShapeWriter
{
    private readonly string _architecture;
    private readonly GgmlType _type;

    public ShapeWriter(string architecture, GgmlType type, int vocabulary)
    {
        _architecture = architecture;
        _type = type;
        // Without a vocabulary of its own the header is small, and the engine reads its size from the key.
        Builder
            .Text("general.architecture", architecture)
            .Text("general.type", "model")
            .Text("general.name", $"{architecture} shape")
            .Text("tokenizer.ggml.model", "no_vocab");
        Key("vocab_size", vocabulary);
    }

    public GgufBuilder Builder { get; } = new();

    public ShapeWriter Key(string key, int value)
    {
        Builder.UInt32($"{_architecture}.{key}", (uint)value);
        return this;
    }

    public ShapeWriter Float(string key, float value)
    {
        Builder.Float32($"{_architecture}.{key}", value);
        return this;
    }

    public ShapeWriter Flag(string key, bool value)
    {
        Builder.Boolean($"{_architecture}.{key}", value);
        return this;
    }

    public ShapeWriter Flags(string key, IReadOnlyCollection<bool> values)
    {
        Builder.BooleanArray($"{_architecture}.{key}", values);
        return this;
    }

    public ShapeWriter Text(string key, string value)
    {
        Builder.Text($"{_architecture}.{key}", value);
        return this;
    }

    public ShapeWriter Keys(string key, IReadOnlyCollection<int> values)
    {
        Builder.Int32Array($"{_architecture}.{key}", values);
        return this;
    }

    /// <summary>A matrix in the file's type, or in one that its rows fit.</summary>
    public ShapeWriter Matrix(string name, params long[] dimensions) => Typed(name, _type, dimensions);

    public ShapeWriter Typed(string name, GgmlType type, params long[] dimensions)
    {
        // As the quantization tools do: rows that do not fill whole blocks fall back to a smaller block.
        GgmlType fitting =
            dimensions[0] % GgmlTypes.BlockOf(type).Elements == 0 ? type
            : dimensions[0] % GgmlTypes.BlockOf(GgmlType.Q8_0).Elements == 0 ? GgmlType.Q8_0
            : GgmlType.F16;
        Builder.Tensor($"{name}.weight", fitting, dimensions);
        return this;
    }

    /// <summary>A tensor in F32; the name is complete.</summary>
    public ShapeWriter Float32(string name, params long[] dimensions)
    {
        Builder.Tensor(name, GgmlType.F32, dimensions);
        return this;
    }

    public ShapeWriter Norm(string name, long length, bool bias = false)
    {
        Float32($"{name}.weight", length);
        return bias ? Float32($"{name}.bias", length) : this;
    }
}
