namespace LlmOperator.Router.Statistics;

/// <summary>From which length of prompt on a provider answers sooner than a local model, as learned from both. Pure.</summary>
internal static class SwitchingThreshold
{
    /// <summary>Tokens of the prompt at which both take the same time for an answer of usual length.</summary>
    /// <returns>Null when too little is known; 0 when the provider is always faster; <see cref="int.MaxValue"/> when the local model is.</returns>
    public static int? Between(TargetFigures local, TargetFigures cloud)
    {
        int answer = (int)(local.OutputTokens?.Median ?? cloud.OutputTokens?.Median ?? 256);
        if (
            local.SecondsOf(0, answer) is not { } localBase
            || cloud.SecondsOf(0, answer) is not { } cloudBase
        )
        {
            return null;
        }

        double slope = (local.Line?.PerToken ?? 0) - (cloud.Line?.PerToken ?? 0);
        double gap = cloudBase - localBase;
        return gap <= 0 && slope >= 0 ? 0
            : slope <= 0 ? (gap >= 0 ? int.MaxValue : null)
            : (int)Math.Clamp(Math.Floor(gap / slope), 0, int.MaxValue);
    }
}
