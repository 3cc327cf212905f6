using System.Runtime.InteropServices;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>How a file is cut into units: all of one size but the last.</summary>
/// <param name="SizeBytes">Bytes of the file.</param>
/// <param name="UnitBytes">Bytes of a unit.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnitLayout(long SizeBytes, int UnitBytes)
{
    public int Count => (int)((SizeBytes + UnitBytes - 1) / UnitBytes);

    /// <summary>Where a unit begins in the file.</summary>
    public long OffsetOf(int unit) => (long)unit * UnitBytes;

    /// <summary>Bytes of a unit.</summary>
    public int LengthOf(int unit) => (int)Math.Min(UnitBytes, SizeBytes - OffsetOf(unit));

    /// <summary>Units in a row, without the bytes of the first one that are there already.</summary>
    public UnitSpan Span(int first, int count, long skip)
    {
        long offset = OffsetOf(first) + skip;
        return new UnitSpan(first, count, offset, Math.Min(OffsetOf(first + count), SizeBytes) - offset);
    }
}
