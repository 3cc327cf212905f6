using System.Runtime.InteropServices;

namespace LlmOperator.Operator.Placement;

/// <summary>Bytes on one device, by what they are for.</summary>
/// <param name="Weights">Tensors.</param>
/// <param name="KvCache">Key-value cache.</param>
/// <param name="Compute">Compute buffers.</param>
/// <param name="Overhead">Engine and driver.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MemoryTerms(long Weights, long KvCache, long Compute, long Overhead)
{
    /// <summary>Nothing.</summary>
    public static MemoryTerms None => default;

    /// <summary>Sum of the terms.</summary>
    public long Total => Weights + KvCache + Compute + Overhead;
}
