using System.Runtime.InteropServices;

namespace LlmOperator.Models.Gguf;

/// <summary>Elements and bytes of one block of a tensor type.</summary>
/// <param name="Elements">Elements a block.</param>
/// <param name="Bytes">Bytes a block.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GgmlBlock(int Elements, int Bytes)
{
    /// <summary>Average bits an element.</summary>
    public double BitsPerWeight => 8.0 * Bytes / Elements;

    /// <summary>Bytes of a row of <paramref name="elements"/> elements, a whole number of blocks.</summary>
    /// <exception cref="OverflowException">The row does not fit in 63 bits.</exception>
    public long RowBytes(long elements) => checked(elements / Elements * Bytes);
}
