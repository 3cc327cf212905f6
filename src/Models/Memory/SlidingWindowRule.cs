namespace LlmOperator.Models.Memory;

/// <summary>Which layers of an architecture look back through a window only.</summary>
/// <param name="Period">In each group of so many layers one is dense; 0 means that no layer is windowed.</param>
/// <param name="DefaultWindow">Window when the file does not state it.</param>
/// <param name="DenseFirst">The dense layer is the first of its group, not the last.</param>
public sealed record SlidingWindowRule(int Period, int DefaultWindow = 0, bool DenseFirst = false)
{
    /// <summary>No windowed layers.</summary>
    public static SlidingWindowRule None { get; } = new(0);
}
