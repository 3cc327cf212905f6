namespace LlmOperator.Kubernetes.Resources;

/// <summary>Where objects of a kind live.</summary>
public enum ResourceScope
{
    /// <summary>In a namespace.</summary>
    Namespaced,

    /// <summary>In the cluster, without a namespace.</summary>
    Cluster,
}
