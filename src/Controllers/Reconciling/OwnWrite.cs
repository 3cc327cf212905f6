using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>One object that a reconcile wrote.</summary>
/// <param name="Type">Kind.</param>
/// <param name="Key">Object.</param>
/// <param name="Version">Version that the server answered.</param>
/// <param name="ReadLiveVersion">Asks the server for the present version; null when the object is gone.</param>
internal sealed record OwnWrite(
    Type Type,
    ObjectKey Key,
    string Version,
    Func<IKubernetesClient, CancellationToken, Task<string?>> ReadLiveVersion
);
