namespace LlmOperator.Models.Gguf;

/// <summary>
/// The element types of tensors, numbered as in the file format.
/// Numbers 4, 5, 31 to 33 and 36 to 38 belonged to types that the format has removed.
/// </summary>
public enum GgmlType
{
#pragma warning disable CA1707 // The names are the format's own.
    /// <summary>32-bit floating point.</summary>
    F32 = 0,

    /// <summary>16-bit IEEE floating point.</summary>
    F16 = 1,

    /// <summary>4 bits, one scale a block.</summary>
    Q4_0 = 2,

    /// <summary>4 bits, scale and minimum a block.</summary>
    Q4_1 = 3,

    /// <summary>5 bits, one scale a block.</summary>
    Q5_0 = 6,

    /// <summary>5 bits, scale and minimum a block.</summary>
    Q5_1 = 7,

    /// <summary>8 bits, one scale a block.</summary>
    Q8_0 = 8,

    /// <summary>8 bits, scale and sum a block.</summary>
    Q8_1 = 9,

    /// <summary>2-bit super-blocks.</summary>
    Q2_K = 10,

    /// <summary>3-bit super-blocks.</summary>
    Q3_K = 11,

    /// <summary>4-bit super-blocks.</summary>
    Q4_K = 12,

    /// <summary>5-bit super-blocks.</summary>
    Q5_K = 13,

    /// <summary>6-bit super-blocks.</summary>
    Q6_K = 14,

    /// <summary>8-bit super-blocks.</summary>
    Q8_K = 15,

    /// <summary>2.06 bits by codebook.</summary>
    IQ2_XXS = 16,

    /// <summary>2.31 bits by codebook.</summary>
    IQ2_XS = 17,

    /// <summary>3.06 bits by codebook.</summary>
    IQ3_XXS = 18,

    /// <summary>1.56 bits by codebook.</summary>
    IQ1_S = 19,

    /// <summary>4.5 bits, non-linear.</summary>
    IQ4_NL = 20,

    /// <summary>3.44 bits by codebook.</summary>
    IQ3_S = 21,

    /// <summary>2.56 bits by codebook.</summary>
    IQ2_S = 22,

    /// <summary>4.25 bits, non-linear super-blocks.</summary>
    IQ4_XS = 23,

    /// <summary>8-bit integers.</summary>
    I8 = 24,

    /// <summary>16-bit integers.</summary>
    I16 = 25,

    /// <summary>32-bit integers.</summary>
    I32 = 26,

    /// <summary>64-bit integers.</summary>
    I64 = 27,

    /// <summary>64-bit floating point.</summary>
    F64 = 28,

    /// <summary>1.75 bits by codebook.</summary>
    IQ1_M = 29,

    /// <summary>16-bit brain floating point.</summary>
    BF16 = 30,

    /// <summary>Ternary, 1.69 bits.</summary>
    TQ1_0 = 34,

    /// <summary>Ternary, 2.06 bits.</summary>
    TQ2_0 = 35,

    /// <summary>Microscaling 4-bit floating point.</summary>
    MXFP4 = 39,

    /// <summary>4-bit floating point with 8-bit block scales.</summary>
    NVFP4 = 40,

    /// <summary>1.125 bits, one scale a block.</summary>
    Q1_0 = 41,

    /// <summary>2.25 bits, one scale a block.</summary>
    Q2_0 = 42,
#pragma warning restore CA1707
}
