using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Controllers.Events;

/// <summary>Writes events of events.k8s.io/v1 (C48).</summary>
internal sealed class EventWriter(
    IKubernetesClient client,
    EventRecorderOptions options,
    EventAttempts attempts,
    TimeProvider time,
    Random random
)
{
    /// <summary>Creates an event; null when that failed for good.</summary>
    /// <exception cref="KubernetesApiException">The server does not serve this API.</exception>
    public Task<KubernetesEvent?> CreateAsync(
        RecordedEvent recorded,
        int tries,
        CancellationToken cancellationToken
    )
    {
        KubernetesEvent created = Build(recorded);
        return attempts.RunAsync(
            () => client.CreateAsync(created, WriteOptions, cancellationToken),
            tries,
            cancellationToken,
            throwsWhenNotServed: true
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
        KubernetesEvent? written = await attempts.RunAsync(
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

    private KubernetesEvent Build(RecordedEvent recorded)
    {
        ObjectReference regarding = recorded.Key.Regarding;
        return new KubernetesEvent
        {
            Metadata = new ObjectMeta
            {
                Name = EventNames.Of(regarding, recorded.Time, random),
                Namespace = regarding.Namespace ?? EventNames.DefaultNamespace,
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
}
