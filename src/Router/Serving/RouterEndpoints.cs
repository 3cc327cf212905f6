using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Serving;

/// <summary>The endpoints of every dialect that clients may speak.</summary>
internal sealed class RouterEndpoints(
    RequestPipeline pipeline,
    ModelDirectory models,
    InsightEndpoints insight
)
{
    /// <summary>Maps them.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (ICallerDialect dialect in CallerDialects.All)
        {
            foreach (CallerOperation operation in dialect.Operations)
            {
                endpoints.MapPost(operation.Path, context => pipeline.AnswerAsync(context, operation));
            }

            dialect.MapReads(endpoints, models);
        }

        insight.Map(endpoints);
        string paths = string.Join(
            ", ",
            CallerDialects.All.SelectMany(d => d.Operations).Select(o => o.Path).Append("/v1/models")
        );
        endpoints.MapFallback(context =>
            CallerDialects.WriteErrorAsync(
                context,
                new OpenAiError(
                    StatusCodes.Status404NotFound,
                    "unknown_url",
                    $"There is no {context.Request.Method} {context.Request.Path} here; the router answers {paths}."
                )
            )
        );
    }
}
