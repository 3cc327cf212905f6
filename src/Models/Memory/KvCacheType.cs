using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Number formats of the key-value cache.</summary>
public enum KvCacheType
{
#pragma warning disable CA1707 // The names are the engine's own.
    /// <summary>32-bit floating point.</summary>
    F32 = GgmlType.F32,

    /// <summary>16-bit floating point, the engine's default.</summary>
    F16 = GgmlType.F16,

    /// <summary>16-bit brain floating point.</summary>
    BF16 = GgmlType.BF16,

    /// <summary>8.5 bits.</summary>
    Q8_0 = GgmlType.Q8_0,

    /// <summary>6 bits.</summary>
    Q5_1 = GgmlType.Q5_1,

    /// <summary>5.5 bits.</summary>
    Q5_0 = GgmlType.Q5_0,

    /// <summary>5 bits.</summary>
    Q4_1 = GgmlType.Q4_1,

    /// <summary>4.5 bits.</summary>
    Q4_0 = GgmlType.Q4_0,

    /// <summary>4.5 bits, non-linear.</summary>
    IQ4_NL = GgmlType.IQ4_NL,
#pragma warning restore CA1707
}
