using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>
/// Lets something other than a watch ask for a reconcile, for example work that has ended inside the process
/// (controller-runtime's channel source). What is raised is not stored: state that matters is found again after a
/// restart by other means. Thread-safe.
/// </summary>
public sealed class ReconcileTrigger
{
    private readonly List<Action<ObjectKey>> _sinks = [];

    /// <summary>Asks every controller that watches this trigger to reconcile a key. Never blocks.</summary>
    public void Raise(ObjectKey key)
    {
        Action<ObjectKey>[] sinks;
        lock (_sinks)
        {
            sinks = [.. _sinks];
        }

        foreach (Action<ObjectKey> sink in sinks)
        {
            sink(key);
        }
    }

    internal void Connect(Action<ObjectKey> sink)
    {
        lock (_sinks)
        {
            _sinks.Add(sink);
        }
    }
}
