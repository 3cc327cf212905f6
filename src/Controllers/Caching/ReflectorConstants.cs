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

    /// <summary>
    /// A streaming list that is silent for this long before its mark comes from a server that does not know of marks
    /// (C21). Beyond the 3 s that a kube-apiserver waits for its cache, and as long as client-go waits before it warns.
    /// </summary>
    public static readonly TimeSpan StreamingSilence = TimeSpan.FromSeconds(10);

    /// <summary>After as many failures in a row of a watch from one version, list again.</summary>
    public const int MostFailuresFromOneVersion = 5;
}
