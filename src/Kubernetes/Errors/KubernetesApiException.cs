namespace LlmOperator.Kubernetes.Errors;

/// <summary>The API server refused a request (C8). Transport faults stay <see cref="HttpRequestException"/>.</summary>
/// <param name="status">What the server said.</param>
public sealed class KubernetesApiException(KubernetesStatus status)
    : Exception(status.Message ?? $"The API server answered {status.Code} {status.Reason}.")
{
    private const string TooLargeResourceVersionCause = "ResourceVersionTooLarge";
    private const string TooLargeResourceVersionText = "Too large resource version";

    /// <summary>What the server said.</summary>
    public KubernetesStatus Status => status;

    /// <summary>The object, or the kind, does not exist.</summary>
    public bool IsNotFound => status.Code == 404;

    /// <summary>An object of that name exists.</summary>
    public bool IsAlreadyExists => status.Reason == "AlreadyExists";

    /// <summary>A precondition or resource version did not match, or fields are owned by another manager.</summary>
    public bool IsConflict => status.Code == 409 && !IsAlreadyExists;

    /// <summary>The object does not pass validation.</summary>
    public bool IsInvalid => status.Code == 422 || status.Reason == "Invalid";

    /// <summary>The credentials may not do this.</summary>
    public bool IsForbidden => status.Code == 403;

    /// <summary>No valid credentials were given.</summary>
    public bool IsUnauthorized => status.Code == 401;

    /// <summary>The resource version or continue token is too old.</summary>
    public bool IsGone => status.Code == 410 || status.Reason is "Gone" or "Expired";

    /// <summary>The server asks to slow down.</summary>
    public bool IsTooManyRequests => status.Code == 429;

    /// <summary>The request, or the server behind it, took too long.</summary>
    public bool IsTimeout => status.Reason is "Timeout" or "ServerTimeout" || status.Code == 504;

    /// <summary>The server failed.</summary>
    public bool IsInternalError => status.Code == 500;

    /// <summary>The server has not yet reached the asked resource version.</summary>
    /// <remarks>Servers before 1.18.6 name no cause but say it in a message; client-go's reflector looks there too.</remarks>
    public bool IsTooLargeResourceVersion =>
        status.Details?.Causes.Any(c => c.Reason == TooLargeResourceVersionCause) == true
        || (
            IsTimeout
            && (
                status.Details?.Causes.Any(c => c.Message == TooLargeResourceVersionText) == true
                || status.Message?.Contains(TooLargeResourceVersionText, StringComparison.Ordinal) == true
            )
        );

    /// <summary>When the server asks to try again; null when it does not say.</summary>
    public TimeSpan? RetryAfter =>
        status.Details?.RetryAfterSeconds is > 0 and int seconds ? TimeSpan.FromSeconds(seconds) : null;
}
