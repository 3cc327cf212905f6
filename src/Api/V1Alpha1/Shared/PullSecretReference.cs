using System.ComponentModel.DataAnnotations;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// A Secret of the same namespace with the credential of a registry: of type <c>kubernetes.io/dockerconfigjson</c>, or with
/// the keys <c>username</c> and <c>password</c>, or with the key <c>token</c>.
/// </summary>
public sealed record PullSecretReference
{
    /// <summary>Name of the Secret.</summary>
    [Required]
    [MaxLength(253)]
    public string Name { get; init; } = "";
}
