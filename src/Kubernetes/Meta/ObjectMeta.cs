using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Meta;

/// <summary>Metadata that every Kubernetes object carries.</summary>
public sealed record ObjectMeta
{
    /// <summary>Name, unique within the namespace and kind.</summary>
    public string? Name { get; init; }

    /// <summary>Prefix from which the server makes a unique name when <see cref="Name"/> is not given.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Namespace; null for cluster-scoped kinds.</summary>
    public string? Namespace { get; init; }

    /// <summary>Identity of this very object, set by the server; a recreated object has another.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version of the object, set by the server at every change.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Number of the desired state; the server raises it at every change of the spec.</summary>
    public long Generation { get; init; }

    /// <summary>When the server created the object.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When deletion was asked for; null while the object is not being deleted.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Seconds of grace that the deletion was given.</summary>
    public long? DeletionGracePeriodSeconds { get; init; }

    /// <summary>Labels, for selection.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations, for notes of tools.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Owners; the garbage collector deletes the object when all of them are gone.</summary>
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Names of those who must clean up before the object may vanish.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>Which field manager owns which fields.</summary>
    public IReadOnlyList<JsonElement>? ManagedFields { get; init; }

    /// <summary>Fields that this client does not know; kept when the object is written back.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? ExtensionData { get; init; }
}
