namespace LlmOperator.Router.Statistics;

/// <summary>The figures of all targets, for people and tools.</summary>
/// <param name="Targets">Figures by target.</param>
/// <param name="Thresholds">From which length of prompt on a provider answers sooner than a local model.</param>
internal sealed record StatisticsReport(
    IReadOnlyList<StatisticsReport.Target> Targets,
    IReadOnlyList<StatisticsReport.Threshold> Thresholds
)
{
    /// <summary>Figures of one target; seconds, tokens a second, tokens.</summary>
    internal sealed record Target(
        string Name,
        Quantiles? FirstToken,
        Quantiles? TokensPerSecond,
        Quantiles? OutputTokens,
        double? SecondsPerThousandPromptTokens,
        double CharactersPerToken,
        double CachedShare
    );

    /// <summary>A local model and a provider's; no tokens when the provider is never sooner.</summary>
    internal sealed record Threshold(string Local, string Provider, int? PromptTokens);

    /// <summary>Makes it of the figures of the moment.</summary>
    public static StatisticsReport Of(RouterStatistics statistics)
    {
        string[] names = [.. statistics.Names];
        string[] local = [.. names.Where(n => n.StartsWith("model/", StringComparison.Ordinal))];
        return new StatisticsReport(
            [.. names.Select(n => TargetOf(n, statistics.Of(n)))],
            [
                .. from model in local
                from provider in names.Except(local)
                let tokens = SwitchingThreshold.Between(statistics.Of(model), statistics.Of(provider))
                where tokens is not null
                select new Threshold(model, provider, tokens == int.MaxValue ? null : tokens),
            ]
        );
    }

    private static Target TargetOf(string name, TargetFigures figures) =>
        new(
            name,
            figures.FirstToken,
            figures.TokensPerSecond,
            figures.OutputTokens,
            figures.Line?.PerToken * 1000,
            figures.CharactersPerToken,
            figures.CachedShare
        );
}
