using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What the serving port needs of the replicas on this node.</summary>
internal interface IReplicaGateway
{
    /// <summary>
    /// Takes a lease for one request. An on-demand model is loaded first, and the call waits for it up to
    /// the load timeout of the agent.
    /// </summary>
    /// <exception cref="ReplicaUnavailableException">The replica cannot take a request now; says why.</exception>
    Task<RequestLease> AcquireAsync(ObjectKey replica, CancellationToken cancellationToken);
}
