using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Balancing;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Forwarding;

/// <summary>What clients are told when no target answered.</summary>
internal static class ForwardingErrors
{
    // When nobody knows how long a model takes.
    private static readonly TimeSpan s_usualLoad = TimeSpan.FromSeconds(5);

    /// <summary>The answer broke off after its beginning was sent.</summary>
    public static OpenAiError Break(AttemptOutcome.Broken broken) =>
        new(
            StatusCodes.Status502BadGateway,
            "stream_broken",
            $"The answer broke off: {broken.Reason}. What was sent is not the whole answer; ask again."
        );

    /// <summary>A target refused the request itself, after a stream was begun.</summary>
    public static OpenAiError Rejected(AttemptOutcome.Rejected rejected) =>
        new(
            rejected.Status,
            "upstream_rejected",
            AnswerFacts.Read(rejected.Body)?.Error ?? "The target rejected the request and did not say why."
        );

    /// <summary>A budget has no room.</summary>
    public static OpenAiError OverBudget(BudgetRefusal refused, List<string> reasons) =>
        new(
            StatusCodes.Status429TooManyRequests,
            "budget_exceeded",
            $"There is no room in a budget: {string.Join("; ", reasons)}."
        )
        {
            RetryAfter = refused.RetryAfter,
        };

    /// <summary>Nobody answered, and a model that was asked for is on its way into memory.</summary>
    public static OpenAiError Loading(LoadProgress progress, List<string> reasons) =>
        new(
            StatusCodes.Status503ServiceUnavailable,
            "model_loading",
            $"The model is not in memory yet ({progress}); try again then. {string.Join("; ", reasons)}."
        )
        {
            RetryAfter = progress.Remaining ?? s_usualLoad,
            Progress = progress,
        };

    /// <summary>The request's time was over before anybody answered.</summary>
    public static OpenAiError Timeout(RoutingLimits limits) =>
        new(
            StatusCodes.Status504GatewayTimeout,
            "timeout",
            $"No target answered within {limits.Total}; raise limits.total of the routing policy or ask for less."
        );

    /// <summary>Nobody answered.</summary>
    /// <param name="failures">Attempts that failed.</param>
    /// <param name="leftAlone">Targets that were not asked.</param>
    /// <param name="reasons">Every reason, for people.</param>
    public static OpenAiError NoTarget(
        List<AttemptOutcome.Failed> failures,
        IReadOnlyCollection<TargetRefusal> leftAlone,
        List<string> reasons
    )
    {
        bool isRateLimit =
            failures.Count + leftAlone.Count > 0
            && failures.All(f => f.Status == StatusCodes.Status429TooManyRequests)
            && leftAlone.All(r => r.IsRateLimit);
        TimeSpan retryAfter =
            failures.Select(f => f.RetryAfter).Concat(leftAlone.Select(r => (TimeSpan?)r.RetryIn)).Min()
            ?? TimeSpan.FromSeconds(1);
        string text = reasons.Count == 0 ? "the route has no target" : string.Join("; ", reasons);
        return isRateLimit
            ? new OpenAiError(
                StatusCodes.Status429TooManyRequests,
                "rate_limited",
                $"Every target is at its limit: {text}."
            )
            {
                RetryAfter = retryAfter,
            }
            : new OpenAiError(
                StatusCodes.Status503ServiceUnavailable,
                "no_target_available",
                $"No target could answer: {text}."
            )
            {
                RetryAfter = retryAfter,
            };
    }
}
