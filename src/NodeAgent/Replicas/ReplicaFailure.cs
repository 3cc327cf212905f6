namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Why a replica is not ready.</summary>
/// <param name="Reason">One of <c>ModelReplicaConditions</c>.</param>
/// <param name="Message">For people.</param>
internal sealed record ReplicaFailure(string Reason, string Message);
