using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects;

/// <summary>The dialects in which targets are asked.</summary>
internal static class UpstreamDialects
{
    /// <summary>The agents' and engines' own.</summary>
    public static IUpstreamDialect Local { get; } = new OpenAiUpstream("v1/");

    private static readonly OpenAiUpstream s_openAi = new("");

    /// <summary>The dialect of a provider.</summary>
    public static IUpstreamDialect Of(ProviderDialect dialect) =>
        dialect switch
        {
            ProviderDialect.OpenAI => s_openAi,
            _ => throw new ArgumentOutOfRangeException(nameof(dialect), dialect, "An unknown dialect."),
        };
}
