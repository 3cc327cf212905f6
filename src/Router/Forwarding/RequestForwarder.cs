using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Accounting;
using LlmOperator.Router.Accounting.Decisions;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Balancing.Prefixes;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding.Continuation;
using LlmOperator.Router.Forwarding.Hedging;
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
    HedgeDesk hedges,
    RouterOptions options,
    TimeProvider timeProvider,
    ILogger<RequestForwarder> logger
)
{
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
            ColdWait? cold = ColdWait.Of(exchange, plan, record, waker, metrics, timeProvider, ends.Token);
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
        Trials trials = new(upstream, balancer, timeProvider, exchange, route, prompt, admission, record);
        HedgeShare? share = hedges.Count(route, request.Stream);
        while (await source.NextAsync() is { } next)
        {
            (BudgetHold? hold, BudgetRefusal? refusal) = await ReserveAsync(next, admission, requestEnds);
            if (refusal is not null)
            {
                source.TakeBack();
                refused = refusal;
                reasons.Add($"{next}: {refusal.Message}");
                if (refusal.Budget.SparesLocal)
                {
                    continue;
                }

                break;
            }

            await using Trial first = trials.Begin(next, hold!);
            Tell(context, first, plan, source.Attempts, record, cold?.RouteNote);
            TimeSpan wait = FirstContentLimit(request, plan.Limits, source, start);
            await using HedgeRace? race = share is null
                ? null
                : RaceOf(
                    first,
                    share,
                    exchange,
                    route,
                    plan,
                    source,
                    trials,
                    admission,
                    record,
                    failures,
                    reasons
                );
            (Trial trial, AttemptOutcome outcome) = race is null
                ? (first, await first.RunAsync(wait, requestEnds))
                : await race.RunAsync(first, wait, requestEnds);
            if (outcome is AttemptOutcome.Broken cut)
            {
                outcome = await continuation.GoOnAsync(
                    trial,
                    cut,
                    route.Defaults,
                    plan.Limits.Breaker,
                    requestEnds
                );
                if (outcome is AttemptOutcome.Answered)
                {
                    record.Tried.Add($"{trial.Target.Name}: the stream broke; another replica went on");
                }
            }

            UpstreamTarget target = trial.Target;
            NoteRace(race, trial, plan, record);
            switch (outcome)
            {
                case AttemptOutcome.Answered answered:
                    trial.Pass.Succeeded();
                    record.Outcome = RequestRecord.Ok;
                    record.Tried.AddRange(source.Skipped);
                    record.Tried.Add(
                        $"{target.Name}: answered{(target.ChosenBy is { } by ? $" (replica by {by})" : "")}"
                    );
                    record.Usage = answered.Usage;
                    statistics
                        .For(target.Candidate.Name)
                        .Add(
                            plan.PromptTokens,
                            answered.Usage,
                            trial.Times.FirstContent,
                            trial.Times.Elapsed
                        );
                    shadows.Offer(trials.Outgoing, plan, target.Candidate.Name, admission.Budgets);
                    return;
                case AttemptOutcome.Rejected rejected:
                    trial.Pass.Succeeded();
                    record.Outcome = "rejected";
                    record.Tried.Add($"{target.Name}: refused the request with {rejected.Status}");
                    if (context.Response.HasStarted)
                    {
                        await AnswerErrorAsync(trial.Sent, ForwardingErrors.Rejected(rejected));
                        return;
                    }

                    await trial.Sent.Answer.WriteRejectionAsync(
                        rejected.Status,
                        rejected.Body,
                        context.RequestAborted
                    );
                    return;
                case AttemptOutcome.Broken broken:
                    await trial.Sent.Answer.WriteBreakAsync(
                        ForwardingErrors.Break(broken),
                        context.RequestAborted
                    );
                    record.Outcome = "broken";
                    record.Tried.Add($"{target.Name}: the stream broke");
                    LogBroken(context.TraceIdentifier, target.Name, broken.Reason);
                    return;
                case AttemptOutcome.Failed failed:
                    await NoteFailureAsync(exchange, plan, trial, failed, record, failures, reasons);
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

        RouteHeader.Remove(context);
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

    private static async ValueTask<(BudgetHold? Hold, BudgetRefusal? Refusal)> ReserveAsync(
        UpstreamTarget target,
        Admission admission,
        CancellationToken requestEnds
    )
    {
        BudgetHold? hold = null;
        try
        {
            (hold, BudgetRefusal? refusal) = await admission.Budgets.ReserveAsync(
                target.Candidate,
                requestEnds
            );
            return (hold, refusal);
        }
        finally
        {
            if (hold is null)
            {
                await target.Pass!.DisposeAsync();
            }
        }
    }

    // Which target the client's answer comes from, as far as is known.
    private static void Tell(
        HttpContext context,
        Trial trial,
        RoutePlan plan,
        int attempt,
        RequestRecord record,
        string? note
    )
    {
        UpstreamTarget target = trial.Target;
        RouteHeader.Set(context, target.Name, target.Candidate, plan, attempt, note);
        (record.Target, record.Asked) = (target.Candidate.Name, target);
        record.Notes = trial.Notes;
    }

    private HedgeRace? RaceOf(
        Trial first,
        HedgeShare share,
        Exchange exchange,
        Route route,
        RoutePlan plan,
        AttemptSource source,
        Trials trials,
        Admission admission,
        RequestRecord record,
        List<AttemptOutcome.Failed> failures,
        List<string> reasons
    ) =>
        route.Policy?.Spec.Hedging is { } settings
        && hedges.WaitOf(first.Target.Candidate, plan, settings) is { } patience
            ? new HedgeRace(settings, patience, share, source, trials, admission.Budgets, timeProvider)
            {
                Begins = won =>
                    Tell(exchange.Context, won, plan, source.Attempts, record, RaceNote(won, first)),
                Failed = (trial, failed) =>
                    NoteFailureAsync(exchange, plan, trial, failed, record, failures, reasons),
            }
            : null;

    private async Task NoteFailureAsync(
        Exchange exchange,
        RoutePlan plan,
        Trial trial,
        AttemptOutcome.Failed failed,
        RequestRecord record,
        List<AttemptOutcome.Failed> failures,
        List<string> reasons
    )
    {
        await trial.JudgeAsync(failed);
        failures.Add(failed);
        record.Tried.Add(
            $"{trial.Target.Name}: failed{(failed.Status is { } status ? $" with {status}" : "")}"
                + (trial.Load.Refusal(plan.Limits.Breaker) is { } alone ? $"; {alone.Reason}" : "")
        );
        reasons.Add($"{trial.Target}: {failed.Reason}");
        LogFailed(exchange.Context.TraceIdentifier, trial.Target.Name, failed.Reason);
    }

    private static string RaceNote(Trial won, Trial first) => won == first ? "hedge=first" : "hedge=second";

    // The first attempt's time was at least that: without it the target would seem faster than it is.
    private void NoteRace(HedgeRace? race, Trial trial, RoutePlan plan, RequestRecord record)
    {
        if (race?.Second is not { } second)
        {
            return;
        }

        metrics.EndHedge(second.Target.Candidate.Name, isSooner: trial == second);
        if (race.Lost is not { } lost)
        {
            return;
        }

        record.Tried.Add(
            $"{lost.Trial.Target.Name}: cancelled after {lost.After.TotalSeconds:0.00} s, {trial.Target.Name} was sooner"
        );
        if (lost.Trial != second)
        {
            statistics
                .For(lost.Trial.Target.Candidate.Name)
                .Add(plan.PromptTokens, usage: null, lost.After, lost.After);
        }
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
}
