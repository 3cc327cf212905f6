namespace LlmOperator.Controllers.Caching;

/// <summary>Numbers of client-go's reflector (tools/cache/reflector.go) and kube-rs' watcher.</summary>
internal static class ReflectorConstants
{
    public static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(800);

    public static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>Health for this long makes the backoff start over.</summary>
    public static readonly TimeSpan BackoffReset = TimeSpan.FromMinutes(2);

    /// <summary>A watch lasts a random time between this and twice this (C13).</summary>
    public static readonly TimeSpan LeastWatchTimeout = TimeSpan.FromSeconds(300);

    /// <summary>A watch shorter than this and without an event is a failure (C17).</summary>
    public static readonly TimeSpan VeryShortWatch = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the server was asked to keep the watch, the client waits no more (C19).</summary>
    public static readonly TimeSpan IdleMargin = TimeSpan.FromSeconds(5);

    /// <summary>Least resync period (C30).</summary>
    public static readonly TimeSpan LeastResync = TimeSpan.FromSeconds(1);
}
