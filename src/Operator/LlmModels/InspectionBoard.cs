using System.Collections.Concurrent;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.LlmModels;

/// <summary>
/// Results of inspections, in memory: written by the inspection, read by placement and by the status. After a restart
/// it is empty and filled again; until then what runs is left alone. Thread-safe.
/// </summary>
internal sealed class InspectionBoard
{
    private readonly ConcurrentDictionary<ObjectKey, (string Fingerprint, Inspection Result)> _entries =
        new();

    /// <summary>The result for a model, or null when there is none for the sources that its spec names now.</summary>
    public Inspection? Find(ObjectKey model, Acceptance.Accepted accepted) =>
        _entries.TryGetValue(model, out (string Fingerprint, Inspection Result) entry)
        && entry.Fingerprint == accepted.Fingerprint
            ? entry.Result
            : null;

    /// <summary>Keeps a result.</summary>
    public void Set(ObjectKey model, Acceptance.Accepted accepted, Inspection result) =>
        _entries[model] = (accepted.Fingerprint, result);

    /// <summary>Forgets a model that is gone.</summary>
    public void Forget(ObjectKey model) => _entries.TryRemove(model, out _);
}
