using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Operator.LlmModels.Refresh;

/// <summary>When a source is looked at again. Pure: chance is given.</summary>
internal static class LookPlan
{
    /// <summary>Time between two looks at a source whose news is only told, and of refresh Interval without an interval.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromHours(24);

    private static readonly TimeSpan s_firstRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromHours(1);

    /// <summary>True when the source is a name that may come to mean something else.</summary>
    public static bool CanMove(ModelSource source) =>
        source.Ollama is not null || source.HuggingFace is not null || source.Oci is not null;

    /// <summary>True when what it means by now is taken, and not only told.</summary>
    public static bool Follows(ModelSource source) =>
        source.Refresh is { } refresh and not SourceRefresh.Never;

    /// <summary>Time between two looks; null when only a change of the spec leads to one.</summary>
    public static TimeSpan? Interval(ModelSource source) =>
        !CanMove(source) || source.Refresh == SourceRefresh.OnChange ? null
        : source.Refresh == SourceRefresh.Interval && source.RefreshInterval is { } interval ? interval.Value
        : DefaultInterval;

    /// <summary>
    /// Time to the first look after the operator began to know the source: at any time within the interval, so that a
    /// restart of the operator neither asks for all sources at once nor puts looks off for ever.
    /// </summary>
    /// <param name="interval">Time between two looks.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan First(TimeSpan interval, double chance) => interval * chance;

    /// <summary>Time to the next look after one: the interval and up to a tenth of it.</summary>
    public static TimeSpan Next(TimeSpan interval, double chance) => interval * (1 + chance / 10);

    /// <summary>Time to the next look after <paramref name="failures"/> in a row.</summary>
    /// <param name="interval">Time between two looks; null without one.</param>
    /// <param name="failures">1 or more.</param>
    /// <param name="retryAfter">What the source asks for; null for nothing.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan Retry(TimeSpan? interval, int failures, TimeSpan? retryAfter, double chance)
    {
        TimeSpan delay = s_firstRetry * Math.Pow(2, Math.Min(failures, 16) - 1) * (1 + chance / 2);
        delay = delay < s_longestRetry ? delay : s_longestRetry;
        delay = interval < delay ? interval.Value : delay;
        return retryAfter > delay ? retryAfter.Value : delay;
    }
}
