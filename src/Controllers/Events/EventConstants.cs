namespace LlmOperator.Controllers.Events;

/// <summary>Numbers of client-go's tools/events (C48).</summary>
internal static class EventConstants
{
    /// <summary>Events that may wait; further ones are dropped.</summary>
    public const int QueueLength = 1000;

    /// <summary>Events that are remembered as possible series (tools/record/events_cache.go).</summary>
    public const int MostRemembered = 4096;

    /// <summary>Attempts of a write.</summary>
    public const int MostTries = 12;

    /// <summary>The API's limit of a note, in bytes.</summary>
    public const int LongestNote = 1024;

    /// <summary>The API's limit of a reason and an action.</summary>
    public const int LongestReason = 128;

    public static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);

    /// <summary>A series is written at least this often while it goes on.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromMinutes(30);

    /// <summary>After this long a silence a series is over.</summary>
    public static readonly TimeSpan Finish = TimeSpan.FromMinutes(6);

    /// <summary>How long a stopping recorder may tell what still waits.</summary>
    public static readonly TimeSpan Drain = TimeSpan.FromSeconds(5);
}
