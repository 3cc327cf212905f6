using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Meta;

/// <summary>What every Kubernetes object has: its type and its metadata.</summary>
public abstract record KubernetesObject
{
    /// <summary>Group and version, for example <c>llmoperator.dev/v1alpha1</c>; the client fills it in when absent.</summary>
    [JsonPropertyOrder(-3)]
    public string? ApiVersion { get; init; }

    /// <summary>Kind, for example <c>LlmModel</c>; the client fills it in when absent.</summary>
    [JsonPropertyOrder(-2)]
    public string? Kind { get; init; }

    /// <summary>Name, labels, owners, versions.</summary>
    [JsonPropertyOrder(-1)]
    public ObjectMeta Metadata { get; init; } = new();

    /// <summary>Fields that this client does not know; kept when the object is written back.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? ExtensionData { get; init; }

    /// <summary>Namespace and name of the object.</summary>
    [JsonIgnore]
    public ObjectKey Key => ObjectKey.Of(this);

    /// <summary>True when deletion was asked for.</summary>
    [JsonIgnore]
    public bool IsBeingDeleted => Metadata.DeletionTimestamp is not null;
}
