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

    /// <summary>Version of the protocol that is asked for; for AzureOpenAI only, by default <c>2024-10-21</c>.</summary>
    [RegularExpression("^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?$")]
    [MaxLength(32)]
    public string? ApiVersion { get; init; }

    /// <summary>Base URL to which <c>/chat/completions</c> (Anthropic: <c>/messages</c>; AzureOpenAI: <c>/openai/deployments/…</c>) is appended, for example <c>https://api.example.com/v1</c>. Plain http only for loopback addresses.</summary>
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

    /// <summary>Whether it gets the W3C trace context of requests, which ties together what one caller asks.</summary>
    [DefaultValue(TraceContextSharing.Withheld)]
    public TraceContextSharing TraceContext { get; init; }

    /// <summary>Models that may be used.</summary>
    [Required]
    [MinLength(1)]
    [ListMap("name")]
    [MaxLength(256)]
    public IReadOnlyList<ProviderModel> Models { get; init; } = [];
}
