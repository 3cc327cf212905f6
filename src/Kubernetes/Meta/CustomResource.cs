using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Meta;

/// <summary>A kind with a desired and an observed state.</summary>
/// <typeparam name="TSpec">Desired state, written by people or by another controller.</typeparam>
/// <typeparam name="TStatus">Observed state, written by the kind's controller alone.</typeparam>
public abstract record CustomResource<TSpec, TStatus> : KubernetesObject
    where TSpec : class, new()
    where TStatus : class
{
    /// <summary>Desired state.</summary>
    public TSpec Spec { get; init; } = new();

    /// <summary>Observed state; null until the controller has seen the object.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TStatus? Status { get; init; }
}
