using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Operator.Fleet;

/// <summary>What the last plan says of each model, in memory: written by placement, read by the status. Thread-safe.</summary>
internal sealed class PlacementBoard
{
    private readonly Lock _lock = new();
    private Dictionary<ObjectKey, PlacementOutcome> _outcomes = [];

    /// <summary>What the last plan says of a model; null before the first.</summary>
    public PlacementOutcome? Find(ObjectKey model)
    {
        lock (_lock)
        {
            return _outcomes.GetValueOrDefault(model);
        }
    }

    /// <summary>Replaces everything; returns the models of which something else is said now.</summary>
    public IReadOnlyList<ObjectKey> Publish(Dictionary<ObjectKey, PlacementOutcome> outcomes)
    {
        lock (_lock)
        {
            Dictionary<ObjectKey, PlacementOutcome> before = _outcomes;
            _outcomes = outcomes;
            return
            [
                .. outcomes
                    .Where(o => !before.TryGetValue(o.Key, out PlacementOutcome? old) || !old.Says(o.Value))
                    .Select(o => o.Key),
            ];
        }
    }
}
