using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Statistics;

/// <summary>What was measured of one target. Safe for concurrent use; its memory is fixed.</summary>
internal sealed class TargetStatistics(TimeProvider timeProvider)
{
    // Half of a change is learned after about seven answers.
    private const double LearningRate = 0.1;

    // An estimate that is further off than this is one of something else than text (images, hidden templates).
    private const double LeastRatio = 0.4;
    private const double MostRatio = 2.5;
    private const int LeastTokensToLearnFrom = 32;

    private readonly Lock _lock = new();
    private readonly SampleWindow _firstToken = new(timeProvider);
    private readonly SampleWindow _tokensPerSecond = new(timeProvider);
    private readonly SampleWindow _outputTokens = new(timeProvider);
    private readonly PromptLine _line = new();
    private double _ratio = 1;
    private double _cachedShare;
    private TargetFigures? _figures;
    private long _figuresAt;

    /// <summary>Adds an answer.</summary>
    /// <param name="promptTokens">Estimate of the prompt's tokens.</param>
    /// <param name="usage">Tokens as the target counted them; null when it did not say.</param>
    /// <param name="firstToken">Time to the first content of a stream; null for what came whole.</param>
    /// <param name="total">Time of the whole answer.</param>
    public void Add(int promptTokens, TokenUsage? usage, TimeSpan? firstToken, TimeSpan total)
    {
        lock (_lock)
        {
            if (firstToken is { } first)
            {
                _firstToken.Add(first.TotalSeconds);
                _line.Add(
                    usage is { Prompt: > 0 } counted ? counted.Prompt : promptTokens,
                    first.TotalSeconds
                );
            }

            if (usage is { } tokens)
            {
                AddUsage(promptTokens, tokens, firstToken, total);
            }

            _figures = null;
        }
    }

    /// <summary>The figures of the moment.</summary>
    public TargetFigures Read()
    {
        lock (_lock)
        {
            // Samples grow old without new ones: what was read is kept for a second.
            if (_figures is null || timeProvider.GetElapsedTime(_figuresAt) > TimeSpan.FromSeconds(1))
            {
                _figures = new TargetFigures
                {
                    FirstToken = _firstToken.Read(),
                    TokensPerSecond = _tokensPerSecond.Read(),
                    OutputTokens = _outputTokens.Read(),
                    Line = _line.Read(),
                    TokenRatio = _ratio,
                    CachedShare = _cachedShare,
                };
                _figuresAt = timeProvider.GetTimestamp();
            }

            return _figures;
        }
    }

    private void AddUsage(int promptTokens, TokenUsage usage, TimeSpan? firstToken, TimeSpan total)
    {
        if (promptTokens >= LeastTokensToLearnFrom && usage.Prompt > 0)
        {
            double ratio = Math.Clamp((double)usage.Prompt / promptTokens, LeastRatio, MostRatio);
            _ratio += LearningRate * (ratio - _ratio);
        }

        if (usage.Prompt > 0)
        {
            double share = Math.Clamp((double)usage.CachedPrompt / usage.Prompt, 0, 1);
            _cachedShare += LearningRate * (share - _cachedShare);
        }

        if (usage.Completion <= 0)
        {
            return;
        }

        _outputTokens.Add(usage.Completion);
        // What comes whole hides its first token: the time before it is taken from the streams, if there were some.
        double before = firstToken?.TotalSeconds ?? _firstToken.Read()?.Median ?? 0;
        double seconds = total.TotalSeconds - before;
        long tokens = firstToken is null ? usage.Completion : usage.Completion - 1;
        if (tokens >= 4 && seconds > 0)
        {
            _tokensPerSecond.Add(tokens / seconds);
        }
    }
}
