using System.ComponentModel.DataAnnotations;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of one replica as people know it.</summary>
public sealed record MemoryOverride
{
    /// <summary>Bytes reserved on the one device that holds the model, for example <c>6Gi</c>; replaces the computed sum.</summary>
    [Required]
    public Quantity Override { get; init; }
}
