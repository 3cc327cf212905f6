using LlmOperator.Router.Accounting;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Forwarding.Continuation;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Tracing;

namespace LlmOperator.Router.Forwarding;

/// <summary>Begins the attempts of one request. Not for concurrent use.</summary>
internal sealed class Trials(
    UpstreamClient upstream,
    ReplicaBalancer balancer,
    TimeProvider time,
    Exchange exchange,
    Route route,
    PromptAffinity prompt,
    Admission admission,
    RequestRecord record
)
{
    /// <summary>The request as each of its targets may see it.</summary>
    public OutgoingExchanges Outgoing { get; } = new(exchange, route);

    /// <summary>Begins an attempt; nothing is sent yet.</summary>
    /// <param name="target">Where it goes, with the circuit's leave.</param>
    /// <param name="hold">What was reserved for it.</param>
    public Trial Begin(UpstreamTarget target, BudgetHold hold)
    {
        AttemptTimes times = new(time);
        AttemptSpan? span = exchange.Span?.BeginAttempt(target, exchange.Request.Operation);
        target.Trace = TraceContext.For(target, span, exchange.Context);
        target.Meter.Notes = span?.Notes;
        Attempt attempt = new(upstream, exchange.Context, time)
        {
            Sent = target.IsLocal && exchange.Request.Stream ? new SentText() : null,
            FirstContent = () =>
            {
                target.Pass!.Succeeded();
                record.MarkFirstContent();
                exchange.Span?.MarkFirstToken();
                times.MarkFirstContent();
            },
        };
        return new Trial(
            target,
            Outgoing.To(target.Candidate),
            attempt,
            new AttemptCharge(admission, hold, target.Meter),
            balancer.LoadOf(target.Id),
            span,
            times,
            route.Defaults,
            prompt.Tokens
        );
    }
}
