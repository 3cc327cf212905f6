namespace LlmOperator.Models.Gguf;

/// <summary>Block sizes of the element types (ggml.c, <c>type_traits</c>).</summary>
public static class GgmlTypes
{
    private static readonly Dictionary<GgmlType, GgmlBlock> s_blocks = new()
    {
        [GgmlType.F32] = new(1, 4),
        [GgmlType.F16] = new(1, 2),
        [GgmlType.Q4_0] = new(32, 18),
        [GgmlType.Q4_1] = new(32, 20),
        [GgmlType.Q5_0] = new(32, 22),
        [GgmlType.Q5_1] = new(32, 24),
        [GgmlType.Q8_0] = new(32, 34),
        [GgmlType.Q8_1] = new(32, 36),
        [GgmlType.Q2_K] = new(256, 84),
        [GgmlType.Q3_K] = new(256, 110),
        [GgmlType.Q4_K] = new(256, 144),
        [GgmlType.Q5_K] = new(256, 176),
        [GgmlType.Q6_K] = new(256, 210),
        [GgmlType.Q8_K] = new(256, 292),
        [GgmlType.IQ2_XXS] = new(256, 66),
        [GgmlType.IQ2_XS] = new(256, 74),
        [GgmlType.IQ3_XXS] = new(256, 98),
        [GgmlType.IQ1_S] = new(256, 50),
        [GgmlType.IQ4_NL] = new(32, 18),
        [GgmlType.IQ3_S] = new(256, 110),
        [GgmlType.IQ2_S] = new(256, 82),
        [GgmlType.IQ4_XS] = new(256, 136),
        [GgmlType.I8] = new(1, 1),
        [GgmlType.I16] = new(1, 2),
        [GgmlType.I32] = new(1, 4),
        [GgmlType.I64] = new(1, 8),
        [GgmlType.F64] = new(1, 8),
        [GgmlType.IQ1_M] = new(256, 56),
        [GgmlType.BF16] = new(1, 2),
        [GgmlType.TQ1_0] = new(256, 54),
        [GgmlType.TQ2_0] = new(256, 66),
        [GgmlType.MXFP4] = new(32, 17),
        [GgmlType.NVFP4] = new(64, 36),
        [GgmlType.Q1_0] = new(128, 18),
        [GgmlType.Q2_0] = new(64, 18),
    };

    // Numbers that files of the past may carry (ggml.h), with what replaced them.
    private static readonly Dictionary<int, (string Name, string Instead)> s_removed = new()
    {
        [4] = ("Q4_2", "Q4_0"),
        [5] = ("Q4_3", "Q4_1"),
        [31] = ("Q4_0_4_4", "Q4_0"),
        [32] = ("Q4_0_4_8", "Q4_0"),
        [33] = ("Q4_0_8_8", "Q4_0"),
        [36] = ("IQ4_NL_4_4", "IQ4_NL"),
        [37] = ("IQ4_NL_4_8", "IQ4_NL"),
        [38] = ("IQ4_NL_8_8", "IQ4_NL"),
    };

    /// <summary>All known types.</summary>
    public static IReadOnlyCollection<GgmlType> All => s_blocks.Keys;

    /// <summary>The block of a type; false for a type this build does not know.</summary>
    public static bool TryGetBlock(GgmlType type, out GgmlBlock block) =>
        s_blocks.TryGetValue(type, out block);

    /// <summary>The name of a type that the format has removed, and the type to use instead; false for any other number.</summary>
    public static bool TryGetRemoved(int number, out string name, out string instead)
    {
        bool found = s_removed.TryGetValue(number, out (string Name, string Instead) removed);
        (name, instead) = found ? removed : ("", "");
        return found;
    }

    /// <summary>The block of a known type.</summary>
    /// <exception cref="InvalidModelException">The type is not known.</exception>
    public static GgmlBlock BlockOf(GgmlType type) =>
        s_blocks.TryGetValue(type, out GgmlBlock block)
            ? block
            : throw new InvalidModelException(
                $"The tensor type {(int)type} is not known to this version; update it, or use another quantization."
            );
}
