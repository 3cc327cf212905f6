using System.Globalization;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Serialization;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Events;

/// <summary>Writes events, with patience for a server in trouble and none for a refusal (C48).</summary>
internal sealed partial class EventWriter(
    IKubernetesClient client,
    EventRecorderOptions options,
    TimeProvider time,
    Random random,
    ILogger logger
)
{
    // Room for the dot and 16 hexadecimal digits within the 253 characters of a name.
    private const int LongestNamePart = 236;
    private const string DefaultNamespace = "default";

    /// <summary>Creates an event; null when that failed for good.</summary>
    public Task<KubernetesEvent?> CreateAsync(
        RecordedEvent recorded,
        int tries,
        CancellationToken cancellationToken
    )
    {
        KubernetesEvent created = Build(recorded);
        return TryAsync(
            () => client.CreateAsync(created, WriteOptions, cancellationToken),
            tries,
            cancellationToken
        );
    }

    /// <summary>Writes the count of a series; an event that has expired meanwhile is created again.</summary>
    public async Task WriteSeriesAsync(
        EventSeriesCache.Entry entry,
        int tries,
        CancellationToken cancellationToken
    )
    {
        EventSeries series = new() { Count = entry.Count, LastObservedTime = entry.LastTime };
        Patch patch = new Patch.Merge(new JsonObject { ["series"] = KubernetesJson.ToNode(series) });
        KubernetesEvent? written = await TryAsync(
            async () =>
            {
                try
                {
                    return await client.PatchAsync<KubernetesEvent>(
                        entry.Event.Key,
                        patch,
                        new PatchOptions { FieldManager = options.Controller },
                        cancellationToken
                    );
                }
                catch (KubernetesApiException e) when (e.IsNotFound)
                {
                    return await client.CreateAsync(
                        entry.Event with
                        {
                            Series = series,
                            Metadata = new ObjectMeta
                            {
                                Name = entry.Event.Metadata.Name,
                                Namespace = entry.Event.Metadata.Namespace,
                            },
                        },
                        WriteOptions,
                        cancellationToken
                    );
                }
            },
            tries,
            cancellationToken
        );
        if (written is not null)
        {
            (entry.Event, entry.WrittenCount, entry.WrittenAt) = (written, series.Count, time.GetTimestamp());
        }
    }

    private WriteOptions WriteOptions => new() { FieldManager = options.Controller };

    private async Task<KubernetesEvent?> TryAsync(
        Func<Task<KubernetesEvent>> write,
        int tries,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await write();
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

    private KubernetesEvent Build(RecordedEvent recorded)
    {
        ObjectReference regarding = recorded.Key.Regarding;
        string name = regarding.Name ?? "unknown";

        // As client-go: the time in nanoseconds; the clock's last two digits are chance.
        long nanoseconds = ((recorded.Time - DateTimeOffset.UnixEpoch).Ticks * 100) + random.Next(100);
        string suffix = nanoseconds.ToString("x", CultureInfo.InvariantCulture);
        return new KubernetesEvent
        {
            Metadata = new ObjectMeta
            {
                Name = $"{name[..Math.Min(name.Length, LongestNamePart)]}.{suffix}",
                Namespace = regarding.Namespace ?? DefaultNamespace,
            },
            EventTime = recorded.Time,
            ReportingController = options.Controller,
            ReportingInstance = options.Instance,
            Type = recorded.Key.Type.ToString(),
            Reason = recorded.Key.Reason,
            Action = recorded.Key.Action,
            Note = recorded.Note,
            Regarding = regarding,
            Related = recorded.Key.Related,
        };
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "An event was refused: {Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "An event could not be written after {Tries} tries: {Problem}"
    )]
    private partial void LogGivenUp(int tries, string problem);
}
