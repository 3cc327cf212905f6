using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Clients of OpenAI's protocol: chat completions, completions, embeddings, models.</summary>
internal sealed class OpenAiCaller : ICallerDialect
{
    /// <inheritdoc/>
    public IReadOnlyList<CallerOperation> Operations { get; } =
    [
        .. OpenAiOperations.All.Select(operation => new CallerOperation(
            "/v1/" + operation.Path(),
            input => new Exchange(
                input.Context,
                OpenAiRequestParser.Parse(operation, input.Body),
                new OpenAiAnswerWriter(input.Context.Response)
            )
        )),
    ];

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments("/v1", StringComparison.Ordinal);

    /// <inheritdoc/>
    public void MapReads(IEndpointRouteBuilder endpoints, ModelDirectory models)
    {
        endpoints.MapGet("/v1/models", context => OpenAiModelList.WriteAllAsync(context, models));
        endpoints.MapGet("/v1/models/{**id}", context => OpenAiModelList.WriteOneAsync(context, models));
    }

    /// <inheritdoc/>
    public byte[] ToJson(OpenAiError error) => error.ToJson();
}
