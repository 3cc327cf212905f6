using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Statistics;
using Microsoft.AspNetCore.Http;
using Route = LlmOperator.Router.Policies.Route;

namespace LlmOperator.Router.Serving;

/// <summary>The way of one request: read it, find its route, gather its facts, plan, forward.</summary>
internal sealed class RequestPipeline(
    Func<RoutingSnapshot> currentSnapshot,
    ModelDirectory models,
    RequestForwarder forwarder,
    RouterOptions options,
    RouterStatistics statistics,
    DecisionRing decisions,
    TimeProvider time,
    Random random
)
{
    private readonly Lock _randomLock = new();

    /// <summary>Answers the request.</summary>
    public async Task AnswerAsync(HttpContext context, CallerOperation operation)
    {
        PooledBuffer body = new(4096);
        try
        {
            await RequestBody.ReadAsync(context, body, options.MaxRequestBytes);
            Exchange exchange = operation.Read(new CallerInput(context, body.Memory, time));
            // One snapshot for the whole request: what changes meanwhile is the next request's.
            RoutingSnapshot snapshot = currentSnapshot();
            Route route = models.Require(context, snapshot, exchange.Request.Model);
            RoutePlan plan = Plan(exchange, route, snapshot);
            if (plan.Rejection is { } rejection)
            {
                decisions.Add(DecisionWriter.Of(exchange, route, plan, record: null, time.GetUtcNow()));
                throw new InvalidRequestException(rejection);
            }

            await forwarder.ForwardAsync(exchange, route, plan);
        }
        catch (InvalidRequestException e)
        {
            await CallerDialects.WriteErrorAsync(context, e.Error);
        }
        finally
        {
            body.Release();
        }
    }

    private RoutePlan Plan(Exchange exchange, Route route, RoutingSnapshot snapshot)
    {
        RequestFacts facts = RequestFacts.Of(exchange, route, time.GetUtcNow());
        Random draws;
        lock (_randomLock)
        {
            // Only the seed: what is read of a long request must not make others wait.
            draws = new Random(random.Next());
        }

        return RoutePlanner.Build(route, snapshot, facts, statistics, draws);
    }
}
