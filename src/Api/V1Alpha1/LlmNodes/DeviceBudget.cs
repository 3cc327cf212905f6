using System.ComponentModel.DataAnnotations;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Memory of one device that models may use.</summary>
public sealed record DeviceBudget
{
    /// <summary>Name of the device as <c>status.devices</c> lists it, for example <c>CPU</c> or <c>CUDA0</c>.</summary>
    [Required]
    [MaxLength(64)]
    public string Device { get; init; } = "";

    /// <summary>Most memory for models, for example <c>20Gi</c>; more than the device has counts as all of it.</summary>
    [Required]
    public Quantity Memory { get; init; }
}
