using System.Runtime.InteropServices;

namespace LlmOperator.Models.Memory.Graphs;

/// <summary>A place in a device's memory: the block, and the bytes before it there.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlockAddress(int Block, long Offset);
