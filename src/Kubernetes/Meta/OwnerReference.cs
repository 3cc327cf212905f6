using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Meta;

/// <summary>Names the owner of an object in the same namespace, or a cluster-scoped owner.</summary>
public sealed record OwnerReference
{
    /// <summary>API version of the owner, for example <c>llmoperator.dev/v1alpha1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the owner.</summary>
    public required string Name { get; init; }

    /// <summary>UID of the owner: a recreated owner of the same name does not match.</summary>
    public required string Uid { get; init; }

    /// <summary>True for the one owner that manages the object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Controller { get; init; }

    /// <summary>True when the owner's foreground deletion waits for this object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BlockOwnerDeletion { get; init; }
}
