using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of one replica as people know it.</summary>
public sealed record MemoryOverride
{
    /// <summary>Bytes reserved on the one device that holds the model, for example <c>6Gi</c>; replaces the computed sum.</summary>
    [Required]
    [CelRule("string(self).matches('[1-9]')", "override must be more than 0 bytes")]
    public Quantity Override { get; init; }
}
