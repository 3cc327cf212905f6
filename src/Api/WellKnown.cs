namespace LlmOperator.Api;

/// <summary>Names that all parts of the product agree on.</summary>
public static class WellKnown
{
    /// <summary>API group of our kinds.</summary>
    public const string Group = "llmoperator.dev";

    /// <summary>API version of our kinds.</summary>
    public const string Version = "v1alpha1";

    /// <summary>Category: <c>kubectl get llm</c> lists all of our kinds.</summary>
    public const string Category = "llm";

    /// <summary>Label on a replica: name of its model.</summary>
    public const string ModelLabel = Group + "/model";

    /// <summary>Label on a replica: name of its node.</summary>
    public const string NodeLabel = Group + "/node";

    /// <summary>Label <c>app.kubernetes.io/managed-by</c>.</summary>
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";

    /// <summary>Value of <see cref="ManagedByLabel"/> on what the operator creates.</summary>
    public const string ManagedByOperator = "llm-operator";

    /// <summary>Finalizer on a replica: the node agent stops the engine and unpins the files before the replica vanishes.</summary>
    public const string ReplicaFinalizer = Group + "/engine-stop";

    /// <summary>Field manager of the operator.</summary>
    public const string OperatorFieldManager = "llm-operator";

    /// <summary>Field manager of the node agent.</summary>
    public const string NodeAgentFieldManager = "llm-node-agent";

    /// <summary>Field manager of the command line.</summary>
    public const string CliFieldManager = "llmop";

    /// <summary>Namespace of the product's own leases and secrets.</summary>
    public const string SystemNamespace = "llm-system";

    /// <summary>Namespace of the nodes' heartbeat leases.</summary>
    public const string NodeLeaseNamespace = SystemNamespace;
}
