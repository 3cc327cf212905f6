namespace LlmOperator.Router.Statistics;

/// <summary>What is known of one target's speed at one moment. Immutable.</summary>
internal sealed record TargetFigures
{
    /// <summary>Samples from which on a 90th percentile is believed.</summary>
    public const int LeastSamples = 10;

    /// <summary>Samples from which on a 95th percentile is believed.</summary>
    public const int LeastSamplesOfP95 = 20;

    public static TargetFigures Unknown { get; } = new();

    /// <summary>Seconds to the first token of streams; null when none was measured lately.</summary>
    public Quantiles? FirstToken { get; init; }

    /// <summary>Tokens a second, after the first.</summary>
    public Quantiles? TokensPerSecond { get; init; }

    /// <summary>Tokens of answers.</summary>
    public Quantiles? OutputTokens { get; init; }

    /// <summary>Seconds before the prompt counts, and seconds a token of the prompt; null while the samples show no line.</summary>
    public (double Base, double PerToken)? Line { get; init; }

    /// <summary>Tokens that the target counted for each that was estimated; 1 until learned.</summary>
    public double TokenRatio { get; init; } = 1;

    /// <summary>Part of the tokens of prompts that the target had in its cache, 0 to 1; 0 until learned.</summary>
    public double CachedShare { get; init; }

    /// <summary>Characters of English text a token, as learned: the estimate begins at four.</summary>
    public double CharactersPerToken => 4 / TokenRatio;

    /// <summary>Tokens of a prompt as this target counts them.</summary>
    public int TokensOf(int estimated) => (int)Math.Min(int.MaxValue, Math.Ceiling(estimated * TokenRatio));

    /// <summary>Seconds to the first token of a prompt, in the middle; null when not known.</summary>
    public double? FirstTokenOf(int promptTokens) =>
        FirstToken is null ? null
        : Line is { } line ? line.Base + (line.PerToken * promptTokens)
        : FirstToken.Median;

    /// <summary>The same, for nine of ten requests; null while fewer than <see cref="LeastSamples"/> were measured.</summary>
    public double? FirstTokenP90Of(int promptTokens) =>
        FirstToken is { Samples: >= LeastSamples } seconds
            ? FirstTokenOf(promptTokens)
                + Math.Max(0, seconds.P90 - seconds.Median) * (Line is null ? 1 : LineShare)
            : null;

    /// <summary>The same, for 19 of 20 requests; null while fewer than <see cref="LeastSamplesOfP95"/> were measured.</summary>
    public double? FirstTokenP95Of(int promptTokens) =>
        FirstToken is { Samples: >= LeastSamplesOfP95 } seconds
            ? FirstTokenOf(promptTokens)
                + Math.Max(0, seconds.P95 - seconds.Median) * (Line is null ? 1 : LineShare)
            : null;

    /// <summary>Seconds of a whole answer; null when not known.</summary>
    public double? SecondsOf(int promptTokens, int outputTokens) =>
        FirstTokenOf(promptTokens) is { } first && TokensPerSecond is { Median: > 0 } speed
            ? first + (outputTokens / speed.Median)
            : null;

    // The line explains the spread by length; what is left of it is taken to be half.
    private const double LineShare = 0.5;
}
