using System.Diagnostics;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.Router.Tracing;

/// <summary>
/// W3C trace context that goes on to a target: to our own nodes always, to a provider only where it is declared, since it ties
/// together what one caller asks.
/// </summary>
/// <param name="Parent">Value of <c>traceparent</c>.</param>
/// <param name="State">Value of <c>tracestate</c>; null for none.</param>
internal sealed record TraceContext(string Parent, string? State)
{
    private const int LongestState = 512;

    /// <summary>What a target gets: the span of the attempt at it, or what the caller sent when no spans are made.</summary>
    /// <returns>Null for nothing.</returns>
    public static TraceContext? For(UpstreamTarget target, AttemptSpan? span, HttpContext caller) =>
        !MayGoTo(target.Candidate) ? null
        : span is not null ? span.Context
        : OfCaller(caller.Request.Headers);

    /// <summary>Writes it to a request.</summary>
    public void WriteTo(HttpRequestMessage message)
    {
        message.Headers.TryAddWithoutValidation(HeaderNames.TraceParent, Parent);
        if (State is not null)
        {
            message.Headers.TryAddWithoutValidation(HeaderNames.TraceState, State);
        }
    }

    private static bool MayGoTo(Candidate candidate) =>
        candidate is Candidate.Local or Candidate.Remote { Provider.TraceContext: TraceContextSharing.Sent };

    private static TraceContext? OfCaller(IHeaderDictionary headers)
    {
        if (headers.TraceParent is not { Count: 1 } parents)
        {
            return null;
        }

        // What is no trace context goes nowhere; what is one consists of ASCII.
        string? state = headers.TraceState;
        return ActivityContext.TryParse(parents, traceState: null, out _)
            ? new TraceContext(
                parents.ToString(),
                state is { Length: > 0 and <= LongestState } && Ascii.IsValid(state) ? state : null
            )
            : null;
    }
}
