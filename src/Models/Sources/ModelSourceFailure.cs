namespace LlmOperator.Models.Sources;

/// <summary>Why a source could not be used.</summary>
public enum ModelSourceFailure
{
    /// <summary>No such model, file or revision.</summary>
    NotFound,

    /// <summary>A token is missing or not accepted.</summary>
    Unauthorized,

    /// <summary>Too many requests; see <see cref="ModelSourceException.RetryAfter"/>.</summary>
    RateLimited,

    /// <summary>No connection, a time-out, or an error of the server; worth a retry.</summary>
    Unreachable,

    /// <summary>Our own rules forbid the request: plain HTTP, a private address, a redirect elsewhere.</summary>
    Refused,

    /// <summary>The answer breaks the protocol, or the source is written wrongly.</summary>
    Invalid,
}
