using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Statistics;

namespace LlmOperator.Router.Policies;

/// <summary>Puts candidates in the order of a mode. Pure, stable: equals keep the order of their lists.</summary>
internal static class TargetRanking
{
    // Answers whose length nobody limits and nobody has measured.
    private const int UsualOutputTokens = 256;

    /// <summary>What the request is expected to take at a candidate.</summary>
    public static CandidateEstimate Estimate(
        Candidate candidate,
        RequestFacts facts,
        ITargetFigures figures,
        RoutingPolicySpec? policy
    )
    {
        TargetFigures target = figures.Of(candidate.Name);
        int prompt = facts.PromptTokensAt(candidate, target);
        int usual = target.OutputTokens is { } output
            ? (int)Math.Min(int.MaxValue, output.Median)
            : UsualOutputTokens;
        int answer = Math.Min(usual, facts.MaxTokens ?? int.MaxValue);
        double? seconds = target.SecondsOf(prompt, answer);
        decimal? usd = candidate switch
        {
            Candidate.Remote remote => CostModel.Remote(
                remote.Model.Price,
                prompt,
                answer,
                target.CachedShare
            ),
            _ => CostModel.Local(policy?.LocalCost, prompt, answer, seconds),
        };
        return new CandidateEstimate(prompt, answer, usd, seconds, Keeps(policy?.Objectives, target, prompt));
    }

    /// <summary>Orders the candidates, each with its estimate.</summary>
    public static IEnumerable<Candidate> Order(IEnumerable<Candidate> candidates, RoutingMode mode) =>
        candidates
            .OrderBy(c => c.Estimate?.KeepsObjectives == false)
            .ThenBy(c =>
                mode switch
                {
                    // Without a price nobody can say that it is cheap.
                    RoutingMode.Cheapest => (double)(c.Estimate?.Usd ?? decimal.MaxValue),
                    // What was not measured lately is measured now.
                    RoutingMode.Fastest => c.Estimate?.Seconds ?? 0,
                    RoutingMode.CloudFirst or RoutingMode.CloudOnly => c is Candidate.Remote ? 0 : 1,
                    _ => c is Candidate.Remote ? 1 : 0,
                }
            );

    private static bool Keeps(RoutingObjectives? objectives, TargetFigures target, int promptTokens)
    {
        bool isFirstTokenLate =
            objectives?.FirstToken is { } limit
            && target.FirstTokenP90Of(promptTokens) is { } seconds
            && seconds > limit.Value.TotalSeconds;
        bool isSlow =
            objectives?.TokensPerSecond is { } least
            && target.TokensPerSecond is { Samples: >= TargetFigures.LeastSamples } speed
            && speed.Median < least;
        return !isFirstTokenLate && !isSlow;
    }
}
