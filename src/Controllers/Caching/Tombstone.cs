using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>A deleted object. The key is always there (C24, fault 15).</summary>
/// <typeparam name="T">Kind cached.</typeparam>
/// <param name="Key">Namespace and name.</param>
/// <param name="LastKnown">Last state that was seen; null when none is known.</param>
/// <param name="FinalStateUnknown">True when the deletion itself was missed, so that the last state may be stale.</param>
public sealed record Tombstone<T>(ObjectKey Key, T? LastKnown, bool FinalStateUnknown)
    where T : KubernetesObject;
