namespace LlmOperator.Kubernetes.Client;

/// <summary>What becomes of the dependants of a deleted object.</summary>
public enum PropagationPolicy
{
    /// <summary>Deleted afterwards by the garbage collector.</summary>
    Background,

    /// <summary>Deleted first; the owner waits.</summary>
    Foreground,

    /// <summary>Left behind without an owner.</summary>
    Orphan,
}
