using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Events;

/// <summary>Writes with patience for a server in trouble and none for a refusal (C48).</summary>
internal sealed partial class EventAttempts(TimeProvider time, Random random, ILogger logger)
{
    /// <summary>True for the 404 of an API that is not served; that of a missing namespace or object names it.</summary>
    public static bool IsNotServed(KubernetesApiException e) =>
        e.IsNotFound && string.IsNullOrEmpty(e.Status.Details?.Name);

    /// <summary>The written object, or null when it could not be written.</summary>
    /// <param name="write">Writes it once.</param>
    /// <param name="tries">Most tries.</param>
    /// <param name="cancellationToken">Cancels the tries.</param>
    /// <param name="throwsWhenNotServed">Lets the 404 of an API that is not served through to the caller.</param>
    public async Task<T?> RunAsync<T>(
        Func<Task<T>> write,
        int tries,
        CancellationToken cancellationToken,
        bool throwsWhenNotServed = false
    )
        where T : KubernetesObject
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await write();
            }
            catch (KubernetesApiException e) when (throwsWhenNotServed && IsNotServed(e))
            {
                throw;
            }
            catch (KubernetesApiException e) when (!IsServerInTrouble(e))
            {
                // Refused for good: it exists, the namespace is being deleted, or it may not be written.
                LogRefused(e.Message);
                return null;
            }
            catch (Exception e) when (e is KubernetesApiException or HttpRequestException)
            {
                if (attempt >= tries)
                {
                    LogGivenUp(attempt, e.Message);
                    return null;
                }
            }

            // Jitter, so that the recorders of many processes do not come back together.
            await Task.Delay(
                EventConstants.BetweenTries * (1 + random.NextDouble()),
                time,
                cancellationToken
            );
        }
    }

    private static bool IsServerInTrouble(KubernetesApiException e) =>
        e.Status.Code >= 500 || e.IsTooManyRequests || e.IsUnauthorized;

    [LoggerMessage(Level = LogLevel.Debug, Message = "An event was refused: {Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "An event could not be written after {Tries} tries: {Problem}"
    )]
    private partial void LogGivenUp(int tries, string problem);
}
