namespace LlmOperator.Operator;

/// <summary>Names of the indexes of the caches.</summary>
internal static class OperatorIndexes
{
    /// <summary>Replicas by <c>namespace/name</c> of their model.</summary>
    public const string ReplicasByModel = "model";

    /// <summary>Replicas by the name of their node.</summary>
    public const string ReplicasByNode = "node";
}
