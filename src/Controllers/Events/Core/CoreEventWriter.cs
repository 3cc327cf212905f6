using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Controllers.Events.Core;

/// <summary>Writes events of core/v1 where the server has no events.k8s.io/v1 (C48).</summary>
internal sealed class CoreEventWriter(
    IKubernetesClient client,
    EventRecorderOptions options,
    EventAttempts attempts,
    TimeProvider time,
    Random random
)
{
    private readonly CoreEventCorrelator _correlator = new(time);

    /// <summary>Writes an event, or its count, or nothing when there are too many.</summary>
    public async Task WriteAsync(RecordedEvent recorded, int tries, CancellationToken cancellationToken)
    {
        if (_correlator.Correlate(recorded) is not { } correlated)
        {
            return;
        }

        CoreEvent? written = await attempts.RunAsync(
            () => WriteOnceAsync(correlated, cancellationToken),
            tries,
            cancellationToken
        );
        if (written is not null)
        {
            _correlator.Wrote(correlated, written.Key.Name);
        }
    }

    private async Task<CoreEvent> WriteOnceAsync(
        CorrelatedEvent correlated,
        CancellationToken cancellationToken
    )
    {
        ObjectReference regarding = correlated.Key.Key.Regarding;
        string ns = regarding.Namespace ?? EventNames.DefaultNamespace;
        if (correlated.Name is { } name)
        {
            try
            {
                return await client.PatchAsync<CoreEvent>(
                    new ObjectKey(ns, name),
                    new Patch.Merge(
                        KubernetesJson.ToNode(
                            new CountPatch(correlated.Count, correlated.Time, correlated.Message)
                        )
                    ),
                    new PatchOptions { FieldManager = options.Controller },
                    cancellationToken
                );
            }
            catch (KubernetesApiException e) when (e.IsNotFound)
            {
                // It has expired meanwhile; it goes on under a new name.
            }
        }

        return await client.CreateAsync(
            new CoreEvent
            {
                Metadata = new ObjectMeta
                {
                    Name = EventNames.Of(regarding, correlated.Time, random),
                    Namespace = ns,
                },
                InvolvedObject = regarding,
                Reason = correlated.Key.Key.Reason,
                Message = correlated.Message,
                Source = new CoreEventSource { Component = options.Controller, Host = options.Instance },
                FirstTimestamp = correlated.FirstTime,
                LastTimestamp = correlated.Time,
                Count = correlated.Count,
                Type = correlated.Key.Key.Type.ToString(),
            },
            new WriteOptions { FieldManager = options.Controller },
            cancellationToken
        );
    }

    private sealed record CountPatch(int Count, DateTimeOffset LastTimestamp, string Message);
}
