using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Context lengths that are tried, the longest first.</summary>
internal static class ContextLadder
{
    // The engine rounds a sequence's context up to this; a context in between costs the same memory.
    private const int Granularity = 256;

    /// <summary>
    /// The preferred context, then half of it and so on down to the minimum; none is longer than what the model was
    /// trained for.
    /// </summary>
    /// <param name="range">What the spec wants.</param>
    /// <param name="trained">What the model was trained for, in tokens; 0 when the file does not say.</param>
    public static IReadOnlyList<int> Of(ContextRange range, int trained)
    {
        int preferred = Clamp(range.Preferred, trained);
        int minimum = Clamp(range.Minimum ?? range.Preferred, trained);
        List<int> lengths = [preferred];
        for (int next = Align(preferred / 2); next > minimum && next < lengths[^1]; next = Align(next / 2))
        {
            lengths.Add(next);
        }

        if (minimum < lengths[^1])
        {
            lengths.Add(minimum);
        }

        return lengths;
    }

    /// <summary>What to tell people when a model cannot hold the context that they want; null when it can.</summary>
    public static string? Clamped(ContextRange range, int trained) =>
        trained > 0 && range.Preferred > trained
            ? $"spec.context.preferred is {range.Preferred}, but the model was trained for {trained} tokens; {trained} is used."
            : null;

    private static int Clamp(int length, int trained) => trained > 0 ? Math.Min(length, trained) : length;

    private static int Align(int length) => Math.Max(Granularity, length / Granularity * Granularity);
}
