using System.Text.RegularExpressions;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Finds the check of its own that an engine failed before it aborted.</summary>
internal static partial class EngineAbort
{
    // ./src/ggml-impl.h:330: fatal error
    // /build/ggml/src/ggml-backend.cpp:1789: GGML_ASSERT(n_inputs < GGML_SCHED_MAX_SPLIT_INPUTS) failed
    [GeneratedRegex(
        @"^[^\s:]+\.(c|h|cc|cpp|hpp|cu|cuh|m):\d+: .+$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Check();

    /// <summary>The last such line; null when there is none.</summary>
    public static string? In(IReadOnlyList<string> lines) =>
        lines.LastOrDefault(line => Check().IsMatch(line));
}
