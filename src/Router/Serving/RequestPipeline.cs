using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Statistics;
using LlmOperator.Router.Tracing;
using Microsoft.AspNetCore.Http;
using Route = LlmOperator.Router.Policies.Route;

namespace LlmOperator.Router.Serving;

/// <summary>The way of one request: read it, find its route, gather its facts, let it in, plan, forward.</summary>
internal sealed class RequestPipeline(
    Func<RoutingSnapshot> currentSnapshot,
    ModelDirectory models,
    AdmissionDesk admissions,
    RequestForwarder forwarder,
    TokenCounter tokens,
    RouterOptions options,
    RouterStatistics statistics,
    DecisionRing decisions,
    TimeProvider time,
    Random random
)
{
    private readonly Lock _randomLock = new();

    /// <summary>Answers the request.</summary>
    public Task AnswerAsync(HttpContext context, CallerOperation operation) =>
        RequestBody.UseAsync(context, options.MaxRequestBytes, body => AnswerAsync(context, operation, body));

    private Task AnswerAsync(HttpContext context, CallerOperation operation, ReadOnlyMemory<byte> body)
    {
        Exchange exchange = operation.Read(new CallerInput(context, body, time));
        return RequestSpan.Begin(context, exchange.Request) is { } span
            ? TraceAsync(exchange with { Span = span }, span)
            : AnswerAsync(exchange);
    }

    private async Task TraceAsync(Exchange exchange, RequestSpan span)
    {
        using RequestSpan ended = span;
        try
        {
            await AnswerAsync(exchange);
        }
        catch (InvalidRequestException e)
        {
            span.Refuse(e.Error);
            throw;
        }
    }

    private async Task AnswerAsync(Exchange exchange)
    {
        HttpContext context = exchange.Context;
        // One snapshot for the whole request: what changes meanwhile is the next request's.
        RoutingSnapshot snapshot = currentSnapshot();
        Route route = models.Require(context, snapshot, exchange.Request.Model);
        RequestFacts facts = RequestFacts.Of(exchange, route, time.GetUtcNow());
        using Admission admission = await admissions.EnterAsync(
            context.Caller(),
            route,
            facts,
            exchange.Request.Operation == OpenAiOperation.Embeddings ? 0 : exchange.Request.Answers,
            context.Response,
            context.RequestAborted
        );
        facts.ExactPromptTokens = await tokens.CountAsync(route, snapshot, facts, context.RequestAborted);
        RoutePlan plan = Plan(facts, route, snapshot);
        if (plan.Rejection is { } rejection)
        {
            exchange.Span?.Describe(route, plan);
            decisions.Add(DecisionWriter.Of(exchange, route, plan, record: null, time.GetUtcNow()));
            throw new InvalidRequestException(rejection);
        }

        await forwarder.ForwardAsync(
            exchange,
            route,
            plan,
            PromptAffinity.Of(exchange, route, facts),
            admission
        );
    }

    private RoutePlan Plan(RequestFacts facts, Route route, RoutingSnapshot snapshot) =>
        RoutePlanner.Build(route, snapshot, facts, statistics, Draws);

    private Random Draws()
    {
        lock (_randomLock)
        {
            // Only the seed: what is read of a long request must not make others wait.
            return new Random(random.Next());
        }
    }
}
