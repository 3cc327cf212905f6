using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Forwarding;

/// <summary>The header that says which target answered, and why.</summary>
internal static class RouteHeader
{
    /// <summary>Its name.</summary>
    public const string Name = "x-llm-route";

    /// <summary>Sets it, unless the answer has begun: a stream that was told to wait keeps what it was told.</summary>
    /// <param name="context">The client's connection.</param>
    /// <param name="target">Name of the target, with its replica.</param>
    /// <param name="candidate">Why it is in the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="note">What else is to be said; null for nothing.</param>
    public static void Set(
        HttpContext context,
        string target,
        Candidate candidate,
        RoutePlan plan,
        int attempt,
        string? note
    )
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        string name = target.Replace(" on ", "; node=", StringComparison.Ordinal);
        string rule = plan.Rule is null ? "" : $"; rule={plan.Rule}";
        string refused = plan.Refusals.Count == 0 ? "" : $"; refused={plan.Refusals.Count}";
        string more = note is null ? "" : $"; {note}";
        string text =
            $"{name}{rule}; mode={plan.Mode}; reason={candidate.Reason.Split(' ')[0]}; attempt={attempt}{refused}{more}";
        context.Response.Headers[Name] = HeaderText.Printable(text);
    }

    /// <summary>Nobody answered.</summary>
    public static void Remove(HttpContext context)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.Headers.Remove(Name);
        }
    }
}
