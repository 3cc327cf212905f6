using LlmOperator.Router.Statistics;

namespace LlmOperator.Router.Tests.Policies;

/// <summary>Figures that a test states.</summary>
internal sealed class KnownFigures : ITargetFigures
{
    private readonly Dictionary<string, TargetFigures> _figures = [];

    public static KnownFigures None { get; } = new();

    public KnownFigures With(string target, TargetFigures figures)
    {
        _figures[target] = figures;
        return this;
    }

    /// <summary>A target whose first token and speed are always the same.</summary>
    public KnownFigures With(string target, double firstToken, double tokensPerSecond, int samples = 50) =>
        With(
            target,
            new TargetFigures
            {
                FirstToken = new Quantiles(firstToken, firstToken, samples),
                TokensPerSecond = new Quantiles(tokensPerSecond, tokensPerSecond, samples),
            }
        );

    public TargetFigures Of(string target) => _figures.GetValueOrDefault(target, TargetFigures.Unknown);
}
