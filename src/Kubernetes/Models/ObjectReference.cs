using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Kubernetes.Models;

/// <summary>Names an object anywhere in the cluster.</summary>
public sealed record ObjectReference
{
    /// <summary>API version.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>UID.</summary>
    public string? Uid { get; init; }

    /// <summary>Version of the object.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Part of the object, for example a container.</summary>
    public string? FieldPath { get; init; }

    /// <summary>Reference to an object.</summary>
    public static ObjectReference To(KubernetesObject obj)
    {
        ResourceDefinition definition = ResourceDefinition.For(obj.GetType());
        return new ObjectReference
        {
            ApiVersion = definition.ApiVersion,
            Kind = definition.Kind,
            Namespace = obj.Key.Namespace,
            Name = obj.Key.Name,
            Uid = obj.Metadata.Uid,
            ResourceVersion = obj.Metadata.ResourceVersion,
        };
    }
}
