using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Fetches files until they are stored: what failed is tried again, later each time, and told once.</summary>
internal static class PatientFetch
{
    // A failed pull is not tried again at once: what was wrong a moment ago still is.
    private static readonly TimeSpan s_leastPause = TimeSpan.FromSeconds(5);

    /// <summary>The files; ends with them, or by the token.</summary>
    /// <param name="context">Events and clock.</param>
    /// <param name="replica">Who wants them.</param>
    /// <param name="get">One attempt.</param>
    /// <param name="onFailure">Called for each attempt that failed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<StoredModelFiles> RunAsync(
        ReplicaContext context,
        ModelReplica replica,
        Func<CancellationToken, Task<(StoredModelFiles? Files, ReplicaFailure? Failure)>> get,
        Action<ReplicaFailure> onFailure,
        CancellationToken cancellationToken
    )
    {
        RestartBackoff backoff = new();
        string? told = null;
        while (true)
        {
            (StoredModelFiles? files, ReplicaFailure? failure) = await get(cancellationToken);
            if (files is not null)
            {
                return files;
            }

            onFailure(failure!);
            if (told != failure!.Message)
            {
                told = failure.Message;
                context.Events.Record(replica, EventType.Warning, failure.Reason, "Pull", failure.Message);
            }

            TimeSpan delay = backoff.Next(TimeSpan.Zero);
            await Task.Delay(delay < s_leastPause ? s_leastPause : delay, context.Time, cancellationToken);
        }
    }
}
