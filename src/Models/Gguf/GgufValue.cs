namespace LlmOperator.Models.Gguf;

/// <summary>One metadata value.</summary>
public abstract record GgufValue
{
    private GgufValue() { }

    /// <summary>A whole number of any of the eight integer types.</summary>
    public sealed record Integer(Int128 Value) : GgufValue;

    /// <summary>A floating point number.</summary>
    public sealed record Real(double Value) : GgufValue;

    /// <summary>A truth value.</summary>
    public sealed record Boolean(bool Value) : GgufValue;

    /// <summary>A text, as the engine sees it: up to its first zero byte.</summary>
    public sealed record Text(string Value) : GgufValue;

    /// <summary>A text too long to be kept (<see cref="GgufLimits.MaxStringBytes"/>).</summary>
    /// <param name="Bytes">Its length.</param>
    public sealed record LongText(long Bytes) : GgufValue;

    /// <summary>
    /// An array. Only short arrays of integers or booleans keep their elements (false is 0, true is 1);
    /// of all others, such as a vocabulary, <see cref="Integers"/> is null.
    /// </summary>
    public sealed record Array(GgufValueType ElementType, long Length, IReadOnlyList<long>? Integers)
        : GgufValue;
}
