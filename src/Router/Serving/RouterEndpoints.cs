using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Route = LlmOperator.Router.Policies.Route;

namespace LlmOperator.Router.Serving;

/// <summary>The OpenAI endpoints.</summary>
internal sealed class RouterEndpoints(
    Func<RoutingSnapshot> currentSnapshot,
    RequestForwarder forwarder,
    RouterOptions options,
    Random random
)
{
    private readonly Lock _randomLock = new();

    /// <summary>Maps them.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (OpenAiOperation operation in OpenAiOperations.All)
        {
            endpoints.MapPost("/v1/" + operation.Path(), context => AnswerAsync(context, operation));
        }

        endpoints.MapGet(
            "/v1/models",
            context => ModelList.WriteAllAsync(context, currentSnapshot(), options)
        );
        endpoints.MapGet(
            "/v1/models/{**id}",
            context => ModelList.WriteOneAsync(context, currentSnapshot(), options)
        );
        endpoints.MapFallback(context =>
            RequestForwarder.WriteErrorAsync(
                context,
                new OpenAiError(
                    StatusCodes.Status404NotFound,
                    "unknown_url",
                    $"There is no {context.Request.Method} {context.Request.Path} here; the router answers /v1/chat/completions, /v1/completions, /v1/embeddings and /v1/models."
                )
            )
        );
    }

    private async Task AnswerAsync(HttpContext context, OpenAiOperation operation)
    {
        PooledBuffer body = new(4096);
        try
        {
            await RequestBody.ReadAsync(context, body, options.MaxRequestBytes);
            OpenAiRequest request = OpenAiRequestParser.Parse(operation, body.Memory);
            RoutingSnapshot snapshot = currentSnapshot();
            Route route =
                Route.Find(snapshot, request.Model, options.DefaultNamespace)
                ?? throw new InvalidRequestException(ModelList.NotFound(snapshot, request.Model, options));
            RoutePlan plan = Plan(context, request, route, snapshot);
            await forwarder.ForwardAsync(context, request, route, plan);
        }
        catch (InvalidRequestException e)
        {
            await RequestForwarder.WriteErrorAsync(context, e.Error);
        }
        finally
        {
            body.Release();
        }
    }

    private RoutePlan Plan(HttpContext context, OpenAiRequest request, Route route, RoutingSnapshot snapshot)
    {
        RequestDefaults defaults = route.Defaults;
        int added = defaults.HasSystemMessageFor(request) ? defaults.SystemPromptTokens : 0;
        RequestFacts facts = new(request.ReadUserText)
        {
            Header = name =>
                context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
            PromptTokens = request.EstimatedPromptTokens + added,
            MaxTokens = request.MaxTokens ?? defaults.MaxTokens,
            HasTools = request.HasTools,
            RoleName = (route as Route.OfRole)?.Role.Key.Name,
        };
        lock (_randomLock)
        {
            return RoutePlanner.Build(route, snapshot, facts, random);
        }
    }
}
