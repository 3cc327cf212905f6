using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Where a provider is, how to authenticate, and what it offers.</summary>
public sealed record InferenceProviderSpec
{
    /// <summary>Protocol.</summary>
    [DefaultValue(ProviderDialect.OpenAI)]
    public ProviderDialect Dialect { get; init; } = ProviderDialect.OpenAI;

    /// <summary>Base URL to which <c>/chat/completions</c> is appended, for example <c>https://api.example.com/v1</c>. Plain http only for loopback addresses.</summary>
    [Required]
    [RegularExpression("^https?://[^/?#@]+([/?#].*)?$")]
    [CelRule(
        "!self.startsWith('http://') || self.matches('^http://(localhost|127[.][0-9]+[.][0-9]+[.][0-9]+|\\\\[::1\\\\])(:[0-9]+)?([/?#].*)?$')",
        "plain http is for loopback addresses only, as it would show the key on the way; use https"
    )]
    [MaxLength(2048)]
    public string BaseUrl { get; init; } = "";

    /// <summary>Secret with the API key; absent for an endpoint without one.</summary>
    public SecretKeyReference? ApiKeySecretRef { get; init; }

    /// <summary>Models that may be used.</summary>
    [Required]
    [MinLength(1)]
    [ListMap("name")]
    [MaxLength(256)]
    public IReadOnlyList<ProviderModel> Models { get; init; } = [];
}
