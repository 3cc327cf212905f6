namespace LlmOperator.Controllers.Events.Core;

/// <summary>Numbers of client-go's tools/record/events_cache.go (C48).</summary>
internal static class CoreEventConstants
{
    /// <summary>Keys that each of the caches remembers.</summary>
    public const int MostRemembered = 4096;

    /// <summary>As many events that differ in their message alone become one.</summary>
    public const int MostSimilar = 10;

    /// <summary>Events of one object that may come at once.</summary>
    public const double Burst = 25;

    public const string CombinedPrefix = "(combined from similar events): ";

    /// <summary>Similar events further apart than this are not counted together.</summary>
    public static readonly TimeSpan SimilarWithin = TimeSpan.FromMinutes(10);

    /// <summary>After the burst, one event of an object in this time.</summary>
    public static readonly TimeSpan RefillTime = TimeSpan.FromMinutes(5);
}
