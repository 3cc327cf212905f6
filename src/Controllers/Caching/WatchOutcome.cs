namespace LlmOperator.Controllers.Caching;

/// <summary>How a watch ended, and with it what comes next.</summary>
internal enum WatchOutcome
{
    /// <summary>Normal end: watch again from the last version (C15).</summary>
    Ended,

    /// <summary>The server or the connection is in trouble: wait, then watch again from the last version.</summary>
    Unwell,

    /// <summary>The version is too old: list again at once (C16).</summary>
    Expired,

    /// <summary>Refused: wait, then list again.</summary>
    Refused,

    /// <summary>The server does not stream lists: list in pages at once (C21).</summary>
    NoStreaming,
}
