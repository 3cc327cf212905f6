using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding.Continuation;
using LlmOperator.Router.Forwarding.Shadowing;
using LlmOperator.Router.Forwarding.Waking;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Statistics;
using LlmOperator.Router.Tracing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Forwarding;

/// <summary>Carries out a plan: tries its targets in order until one answers.</summary>
internal sealed partial class RequestForwarder(
    UpstreamClient upstream,
    ReplicaBalancer balancer,
    RouterMetrics metrics,
    RouterStatistics statistics,
    DecisionRing decisions,
    StreamContinuation continuation,
    ShadowCopier shadows,
    ModelWaker waker,
    RouterOptions options,
    TimeProvider timeProvider,
    ILogger<RequestForwarder> logger
)
{
    /// <summary>Header that says which target answered, and why.</summary>
    public const string RouteHeader = "x-llm-route";

    private const int ClientClosedRequest = 499;

    /// <summary>Answers the request.</summary>
    public async Task ForwardAsync(
        Exchange exchange,
        Route route,
        RoutePlan plan,
        PromptAffinity prompt,
        Admission admission
    )
    {
        (HttpContext context, OpenAiRequest request, _) = exchange;
        RequestRecord record = metrics.Begin(request);
        AttemptSource? source = null;
        try
        {
            using CancellationTokenSource total = new(plan.Limits.Total.Value, timeProvider);
            using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(
                context.RequestAborted,
                total.Token
            );
            ColdWait? cold = WaitOf(exchange, plan, record, ends.Token);
            source = new AttemptSource(plan, balancer, prompt, options.ServingToken, cold);
            await TryAllAsync(exchange, route, plan, prompt, admission, source, cold, record, ends.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            record.Outcome = "client_closed";
            context.Response.StatusCode = context.Response.HasStarted
                ? context.Response.StatusCode
                : ClientClosedRequest;
        }
        catch (OperationCanceledException)
        {
            record.Outcome = "timeout";
            await AnswerErrorAsync(exchange, ForwardingErrors.Timeout(plan.Limits));
        }
        finally
        {
            record.Attempts = source?.Attempts ?? 0;
            metrics.End(record);
            GenAiMetrics.End(request.Model, record);
            exchange.Span?.End(route, plan, record, context.Response.StatusCode);
            decisions.Add(DecisionWriter.Of(exchange, route, plan, record, timeProvider.GetUtcNow()));
            LogRequest(
                context.TraceIdentifier,
                request.Operation,
                request.Model,
                record.Target ?? "none",
                record.Outcome,
                record.Attempts,
                record.Usage?.Prompt ?? 0,
                record.Usage?.Completion ?? 0
            );
        }
    }

    private async Task TryAllAsync(
        Exchange exchange,
        Route route,
        RoutePlan plan,
        PromptAffinity prompt,
        Admission admission,
        AttemptSource source,
        ColdWait? cold,
        RequestRecord record,
        CancellationToken requestEnds
    )
    {
        (HttpContext context, OpenAiRequest request, _) = exchange;
        List<AttemptOutcome.Failed> failures = [];
        List<string> reasons = [];
        BudgetRefusal? refused = null;
        long start = timeProvider.GetTimestamp();
        OutgoingExchanges outgoing = new(exchange, route);
        Attempt attempt = new(upstream, context, timeProvider);
        while (await source.NextAsync() is { } target)
        {
            await using BreakerPass pass = target.Pass!;
            (BudgetHold? hold, BudgetRefusal? refusal) = await admission.Budgets.ReserveAsync(
                target.Candidate,
                requestEnds
            );
            if (refusal is not null)
            {
                source.TakeBack();
                refused = refusal;
                reasons.Add($"{target}: {refusal.Message}");
                if (refusal.Budget.SparesLocal)
                {
                    continue;
                }

                break;
            }

            using AttemptCharge charge = new(admission, hold!, target.Meter);
            TellRoute(context, target.Name, target.Candidate, plan, source.Attempts, cold?.Note);
            using AttemptSpan? span = exchange.Span?.BeginAttempt(target, request.Operation);
            target.Trace = TraceContext.For(target, span, context);
            (record.Target, record.Asked) = (target.Candidate.Name, target);
            record.Notes = target.Meter.Notes = span?.Notes;
            TargetLoad load = balancer.LoadOf(target.Id);
            AttemptTimes times = new(timeProvider);
            attempt.FirstContent = () =>
            {
                pass.Succeeded();
                record.MarkFirstContent();
                exchange.Span?.MarkFirstToken();
                times.MarkFirstContent();
            };
            load.Begin(prompt.Tokens);
            attempt.Sent = target.IsLocal && request.Stream ? new SentText() : null;
            AttemptOutcome outcome;
            Exchange sent;
            try
            {
                sent = outgoing.To(target.Candidate);
                PooledBuffer body = OpenAiRequestPatch.Apply(
                    sent.Request,
                    target.ModelName,
                    route.Defaults,
                    target.IsLocal
                );
                TimeSpan wait = FirstContentLimit(request, plan.Limits, source, start);
                outcome = await attempt.RunAsync(sent, target, body, wait, requestEnds);
            }
            finally
            {
                load.End(prompt.Tokens);
            }

            span?.End(outcome);
            if (outcome is AttemptOutcome.Broken cut)
            {
                outcome = await GoOnAsync(sent, route, plan, target, attempt.Sent, cut, record, requestEnds);
            }

            switch (outcome)
            {
                case AttemptOutcome.Answered answered:
                    pass.Succeeded();
                    record.Outcome = RequestRecord.Ok;
                    record.Tried.AddRange(source.Skipped);
                    record.Tried.Add(
                        $"{target.Name}: answered{(target.ChosenBy is { } by ? $" (replica by {by})" : "")}"
                    );
                    record.Usage = answered.Usage;
                    statistics
                        .For(target.Candidate.Name)
                        .Add(plan.PromptTokens, answered.Usage, times.FirstContent, times.Elapsed);
                    shadows.Offer(outgoing, plan, target.Candidate.Name, admission.Budgets);
                    return;
                case AttemptOutcome.Rejected rejected:
                    pass.Succeeded();
                    record.Outcome = "rejected";
                    record.Tried.Add($"{target.Name}: refused the request with {rejected.Status}");
                    if (context.Response.HasStarted)
                    {
                        await AnswerErrorAsync(sent, ForwardingErrors.Rejected(rejected));
                        return;
                    }

                    await sent.Answer.WriteRejectionAsync(
                        rejected.Status,
                        rejected.Body,
                        context.RequestAborted
                    );
                    return;
                case AttemptOutcome.Broken broken:
                    await sent.Answer.WriteBreakAsync(ForwardingErrors.Break(broken), context.RequestAborted);
                    record.Outcome = "broken";
                    record.Tried.Add($"{target.Name}: the stream broke");
                    LogBroken(context.TraceIdentifier, target.Name, broken.Reason);
                    return;
                case AttemptOutcome.Failed failed:
                    await JudgeAsync(failed, pass, load);
                    failures.Add(failed);
                    record.Tried.Add(
                        $"{target.Name}: failed{(failed.Status is { } status ? $" with {status}" : "")}"
                            + (load.Refusal(plan.Limits.Breaker) is { } alone ? $"; {alone.Reason}" : "")
                    );
                    reasons.Add($"{target}: {failed.Reason}");
                    LogFailed(context.TraceIdentifier, target.Name, failed.Reason);
                    break;
            }
        }

        record.Tried.AddRange(source.Skipped);
        if (refused is not null && (failures.Count == 0 || !refused.Budget.SparesLocal))
        {
            record.Outcome = "over_budget";
            await AnswerErrorAsync(exchange, ForwardingErrors.OverBudget(refused, reasons));
            return;
        }

        if (!context.Response.HasStarted)
        {
            context.Response.Headers.Remove(RouteHeader);
        }

        List<string> why = [.. reasons, .. source.Skipped, .. plan.Refusals];
        record.Outcome = cold?.Progress is null ? "no_target" : "loading";
        await AnswerErrorAsync(
            exchange,
            cold?.Progress is { } progress
                ? ForwardingErrors.Loading(progress, why)
                : ForwardingErrors.NoTarget(failures, source.LeftAlone, why) with
                {
                    Progress = ProgressOf(plan),
                }
        );
    }

    // Null where no model of the plan has to be loaded first: then nothing of it is in a request's way.
    private ColdWait? WaitOf(
        Exchange exchange,
        RoutePlan plan,
        RequestRecord record,
        CancellationToken requestEnds
    )
    {
        foreach (Candidate candidate in plan.Candidates)
        {
            if (candidate is Candidate.Local { Model: { IsCold: true } or { HasColdReplicas: true } })
            {
                return new ColdWait(waker, exchange, plan, record, metrics, timeProvider, requestEnds)
                {
                    BeforeHeartbeat = waited =>
                        TellRoute(exchange.Context, waited.Name, waited, plan, attempt: 1, "waiting"),
                };
            }
        }

        return null;
    }

    private static LoadProgress? ProgressOf(RoutePlan plan) =>
        plan.Candidates.OfType<Candidate.Local>().FirstOrDefault()?.Model.Progress;

    // A stream that was told to wait has its status already: what goes wrong then is an event of it.
    private static async Task AnswerErrorAsync(Exchange exchange, OpenAiError error)
    {
        if (exchange.Context.Response.HasStarted && exchange.Request.Stream)
        {
            await exchange.Answer.WriteBreakAsync(error, exchange.Context.RequestAborted);
        }
        else
        {
            await CallerDialects.WriteErrorAsync(exchange.Context, error);
        }
    }

    private static async Task JudgeAsync(AttemptOutcome.Failed failed, BreakerPass pass, TargetLoad load)
    {
        if (failed.RetryAfter is { } wait)
        {
            load.AskNotBefore(wait, failed.Status == StatusCodes.Status429TooManyRequests);
        }

        if (failed is { Status: StatusCodes.Status429TooManyRequests, RetryAfter: not null })
        {
            // It is well, and says so.
            pass.Succeeded();
        }
        else if (failed.IsTargetsFault)
        {
            if (failed.Kind == FailureKind.Gone)
            {
                load.Prefixes?.Clear();
            }

            await pass.FailedAsync(failed.Reason, failed.Kind);
        }
    }

    private async Task<AttemptOutcome> GoOnAsync(
        Exchange sent,
        Route route,
        RoutePlan plan,
        UpstreamTarget target,
        SentText? text,
        AttemptOutcome.Broken broken,
        RequestRecord record,
        CancellationToken requestEnds
    )
    {
        if (!broken.IsTargetsFault)
        {
            return broken;
        }

        balancer.LoadOf(target.Id).Prefixes?.Clear();
        await target.Pass!.FailedAsync(broken.Reason, FailureKind.Gone);
        if (text is null || !StreamContinuation.IsPossible(sent, target, text))
        {
            return broken;
        }

        LogBroken(sent.Context.TraceIdentifier, target.Name, broken.Reason);
        AttemptOutcome outcome = await continuation.RunAsync(
            sent,
            route.Defaults,
            target,
            text,
            plan.Limits.Breaker,
            requestEnds
        );
        if (outcome is AttemptOutcome.Answered)
        {
            record.Tried.Add($"{target.Name}: the stream broke; another replica went on");
        }

        return outcome;
    }

    // A streamed answer shows early whether it comes. A whole one comes at its end: each attempt gets its share of what
    // is left of the request's time.
    private TimeSpan FirstContentLimit(
        OpenAiRequest request,
        RoutingLimits limits,
        AttemptSource source,
        long start
    )
    {
        if (request.Stream)
        {
            return limits.FirstToken.Value;
        }

        TimeSpan left = limits.Total.Value - timeProvider.GetElapsedTime(start);
        TimeSpan share = left / (source.Left + 1);
        return share > limits.FirstToken.Value ? share : limits.FirstToken.Value;
    }

    private static void TellRoute(
        HttpContext context,
        string target,
        Candidate candidate,
        RoutePlan plan,
        int attempt,
        string? coldStart
    )
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Headers[RouteHeader] = RouteText(target, candidate, plan, attempt, coldStart);
        }
    }

    private static string RouteText(
        string target,
        Candidate candidate,
        RoutePlan plan,
        int attempt,
        string? coldStart
    )
    {
        string name = target.Replace(" on ", "; node=", StringComparison.Ordinal);
        string rule = plan.Rule is null ? "" : $"; rule={plan.Rule}";
        string refused = plan.Refusals.Count == 0 ? "" : $"; refused={plan.Refusals.Count}";
        string cold = coldStart is null ? "" : $"; coldstart={coldStart}";
        string text =
            $"{name}{rule}; mode={plan.Mode}; reason={candidate.Reason.Split(' ')[0]}; attempt={attempt}{refused}{cold}";
        return HeaderText.Printable(text);
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "{RequestId} {Operation} model={Model} target={Target} outcome={Outcome} attempts={Attempts} promptTokens={PromptTokens} completionTokens={CompletionTokens}"
    )]
    private partial void LogRequest(
        string requestId,
        OpenAiOperation operation,
        string model,
        string target,
        string outcome,
        int attempts,
        long promptTokens,
        long completionTokens
    );

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} {Target} failed: {Reason}")]
    private partial void LogFailed(string requestId, string target, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{RequestId} the stream of {Target} broke: {Reason}")]
    private partial void LogBroken(string requestId, string target, string reason);
}
