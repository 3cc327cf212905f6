using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>What an API key opens. The key itself is nowhere: the hash of 256 random bits tells nothing about them.</summary>
public sealed record RouterKeySpec
{
    /// <summary>SHA-256 of the key as clients send it, in hexadecimal.</summary>
    [Required]
    [RegularExpression("^[0-9a-f]{64}$")]
    public string Sha256 { get; init; } = "";

    /// <summary>Names that may be sent as <c>model</c>: models, roles, policies, names that a policy maps; a name that ends with <c>*</c> stands for all that begin so. Every name of the namespace where it is absent.</summary>
    [ListSet]
    [MinLength(1)]
    [MaxLength(64)]
    public IReadOnlyList<string>? AllowedNames { get; init; }

    /// <summary>When it stops to open anything; never where it is absent.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whose requests go first when the router works on as many as it may: the others wait, then are answered 429.</summary>
    [DefaultValue(RequestPriority.Normal)]
    public RequestPriority Priority { get; init; } = RequestPriority.Normal;

    /// <summary>How much may be asked with it.</summary>
    public RequestLimits? RequestLimits { get; init; }

    /// <summary>What may be spent with it.</summary>
    [ListMap("name")]
    [MaxLength(8)]
    public IReadOnlyList<Budget>? Budgets { get; init; }
}
