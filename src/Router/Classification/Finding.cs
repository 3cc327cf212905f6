using System.Runtime.InteropServices;

namespace LlmOperator.Router.Classification;

/// <summary>A place in a text that belongs to a data class. The text itself is not kept here.</summary>
/// <param name="DataClass">The class.</param>
/// <param name="Kind">What it is, for example <c>github-token</c>; also the word of its placeholder.</param>
/// <param name="Start">First character.</param>
/// <param name="Length">Number of characters.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Finding(string DataClass, string Kind, int Start, int Length)
{
    public int End => Start + Length;
}
