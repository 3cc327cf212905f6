using System.Runtime.InteropServices;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Units in a row that are asked for with one request.</summary>
/// <param name="First">First unit.</param>
/// <param name="Count">Number of units.</param>
/// <param name="Offset">
/// First byte in the file. It may lie inside of the first unit: what a cut connection brought is not asked for again.
/// </param>
/// <param name="Length">Bytes up to the end of the last unit.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct UnitSpan(int First, int Count, long Offset, long Length);
