using System.Text.RegularExpressions;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Finds the check of its own that an engine failed before it aborted.</summary>
internal static partial class EngineAbort
{
    // ./src/ggml-impl.h:330: fatal error
    // /build/ggml/src/ggml-backend.cpp:1789: GGML_ASSERT(n_inputs < GGML_SCHED_MAX_SPLIT_INPUTS) failed
    // The thread that fails writes past the engine's logger, which may have begun a line of its own just then:
    // 0.00.022.110 ./src/ggml-impl.h:330: fatal error
    [GeneratedRegex(
        @"(^|\s)(?<check>[\w./+-]+\.(c|h|cc|cpp|hpp|cu|cuh|m):\d+: .+)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Check();

    /// <summary>The check that the line tells of; null when it tells of none.</summary>
    public static string? In(string line) =>
        Check().Match(line) is { Success: true } match ? match.Groups["check"].Value : null;
}
