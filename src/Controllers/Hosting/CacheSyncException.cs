namespace LlmOperator.Controllers.Hosting;

/// <summary>The caches did not fill in time (C29); the message names those that did not, and what to look at.</summary>
public sealed class CacheSyncException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CacheSyncException(string message)
        : base(message) { }
}
