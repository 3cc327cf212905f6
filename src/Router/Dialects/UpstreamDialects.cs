using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Dialects.Anthropic;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects;

/// <summary>The dialects in which targets are asked.</summary>
internal static class UpstreamDialects
{
    // The oldest version of Azure's that knows all that is sent.
    private const string AzureVersion = "2024-10-21";

    private static readonly OpenAiUpstream s_openAi = new("");
    private static readonly AnthropicUpstream s_anthropic = new();

    /// <summary>The agents' and engines' own.</summary>
    public static IUpstreamDialect Local { get; } = new OpenAiUpstream("v1/");

    /// <summary>The dialect of a provider.</summary>
    public static IUpstreamDialect Of(InferenceProviderSpec provider) =>
        provider.Dialect switch
        {
            ProviderDialect.OpenAI => s_openAi,
            ProviderDialect.Anthropic => s_anthropic,
            ProviderDialect.AzureOpenAI => new AzureUpstream(provider.ApiVersion ?? AzureVersion),
            _ => throw new ArgumentOutOfRangeException(
                nameof(provider),
                provider.Dialect,
                "An unknown dialect."
            ),
        };
}
