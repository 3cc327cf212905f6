using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>
/// Answers <c>POST /v1/messages/count_tokens</c> with the router's estimate: targets of one name may have different
/// tokenizers.
/// </summary>
internal static class AnthropicTokenCount
{
    private const int LongestRequest = 32 << 20;

    /// <summary>Maps the path.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, string path, ModelDirectory models) =>
        endpoints.MapPost(path, context => CountAsync(context, models));

    private static Task CountAsync(HttpContext context, ModelDirectory models) =>
        RequestBody.UseAsync(
            context,
            LongestRequest,
            body =>
            {
                OpenAiRequest request = AnthropicRequest.Read(body, isCount: true);
                if (models.Find(context, request.Model) is null)
                {
                    throw new InvalidRequestException(models.NotFound(context, request.Model));
                }

                return JsonAnswer.WriteAsync(
                    context,
                    json =>
                    {
                        json.WriteStartObject();
                        json.WriteNumber("input_tokens", request.EstimatedPromptTokens);
                        json.WriteEndObject();
                    }
                );
            }
        );
}
