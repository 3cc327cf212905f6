using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Operator.LlmModels;

/// <summary>
/// Holds back a status that says the same in other words: how far a pull is, how many bytes are missing where. Each
/// write wakes all watchers, and a thousand pulls have news all the time. Thread-safe.
/// </summary>
internal sealed class StatusPace(TimeProvider time)
{
    /// <summary>Least time between two writes of which the second brings other words only.</summary>
    public static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ObjectKey, long> _writtenAt = new();

    /// <summary>How long a status must wait; zero when it may be written now.</summary>
    public TimeSpan Wait(LlmModel model, LlmModelStatus next)
    {
        if (model.Status is not { } present || !_writtenAt.TryGetValue(model.Key, out long at))
        {
            return TimeSpan.Zero;
        }

        TimeSpan left = BetweenWords - time.GetElapsedTime(at);
        return left > TimeSpan.Zero && KubernetesJson.AreEqual(WithoutWords(present), WithoutWords(next))
            ? left
            : TimeSpan.Zero;
    }

    /// <summary>A status was written.</summary>
    public void Wrote(ObjectKey model) => _writtenAt[model] = time.GetTimestamp();

    /// <summary>Forgets a model that is gone.</summary>
    public void Forget(ObjectKey model) => _writtenAt.TryRemove(model, out _);

    private static LlmModelStatus WithoutWords(LlmModelStatus status) =>
        status with
        {
            Conditions = [.. status.Conditions.Select(c => c with { Message = "" })],
            Memory = status.Memory is { } memory ? memory with { Observed = null } : null,
            Refusals = null,
        };
}
