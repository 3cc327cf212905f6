using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Clients of Anthropic's protocol: messages, and how many tokens they have.</summary>
internal sealed class AnthropicCaller : ICallerDialect
{
    private const string MessagesPath = "/v1/messages";

    /// <inheritdoc/>
    public IReadOnlyList<CallerOperation> Operations { get; } = [new(MessagesPath, Read)];

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments(MessagesPath, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void MapReads(IEndpointRouteBuilder endpoints, ModelDirectory models) =>
        AnthropicTokenCount.Map(endpoints, MessagesPath + "/count_tokens", models);

    /// <inheritdoc/>
    public byte[] ToJson(OpenAiError error) => AnthropicError.ToJson(error);

    private static Exchange Read(CallerInput input)
    {
        OpenAiRequest request = AnthropicRequest.Read(input.Body, isCount: false);
        AnthropicFormat format = new(
            "msg_" + input.Context.TraceIdentifier.Replace(':', '_'),
            request.Model,
            request.EstimatedPromptTokens
        );
        return new Exchange(
            input.Context,
            request,
            new TranslatingAnswerWriter(input.Context.Response, format, AnthropicError.ToJson)
        );
    }
}
