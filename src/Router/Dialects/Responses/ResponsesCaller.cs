using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects.Responses;

/// <summary>Clients of OpenAI's newer protocol, responses. The router keeps no answers: each request brings its whole conversation.</summary>
internal sealed class ResponsesCaller : ICallerDialect
{
    private const string ResponsesPath = "/v1/responses";

    /// <inheritdoc/>
    public IReadOnlyList<CallerOperation> Operations { get; } = [new(ResponsesPath, Read)];

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments(ResponsesPath, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void MapReads(IEndpointRouteBuilder endpoints, ModelDirectory models) { }

    /// <inheritdoc/>
    public byte[] ToJson(OpenAiError error) => error.ToJson();

    private static Exchange Read(CallerInput input)
    {
        OpenAiRequest request = ResponsesRequest.Read(input.Body);
        ResponsesFormat format = new(
            input.Context.TraceIdentifier.Replace(':', '_'),
            request.Model,
            input.Time
        );
        return new Exchange(
            input.Context,
            request,
            new TranslatingAnswerWriter(input.Context.Response, format, error => error.ToJson())
        );
    }
}
