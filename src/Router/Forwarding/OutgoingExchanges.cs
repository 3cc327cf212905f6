using LlmOperator.Router.Classification;
using LlmOperator.Router.Classification.Redaction;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// A request as each of its targets may see it. Whatever sends a request anywhere takes it from here: a target of which the
/// plan says so gets placeholders in place of what may not leave, and the answer gets the values back.
/// </summary>
/// <param name="exchange">The request as the client sent it.</param>
/// <param name="route">Its route, whose policy says what may leave.</param>
internal sealed class OutgoingExchanges(Exchange exchange, Route route)
{
    private Exchange? _redacted;

    /// <summary>The exchange with a candidate.</summary>
    public Exchange To(Candidate candidate)
    {
        Exchange allowed = candidate is Candidate.Remote { IsRedacted: true }
            ? _redacted ??= Redact()
            : exchange;
        return candidate.DroppedTools.Count == 0
            ? allowed
            : WithoutTools(allowed, candidate.DroppedTools.Count);
    }

    /// <summary>Id of the request.</summary>
    public string RequestId => exchange.Context.TraceIdentifier;

    /// <summary>Bytes of the request as the client sent it.</summary>
    public int Length => exchange.Request.Body.Length;

    /// <summary>What the route adds to the request.</summary>
    public RequestDefaults Defaults => route.Defaults;

    /// <summary>The request as a candidate may see it, in memory of its own: it may outlive the client's.</summary>
    public OpenAiRequest CopyFor(Candidate candidate)
    {
        OpenAiRequest request = To(candidate).Request;
        OpenAiRequest copy = Reread(request, request.Body.ToArray());
        copy.EngineFields = request.EngineFields.ToArray();
        return copy;
    }

    private static Exchange WithoutTools(Exchange exchange, int count)
    {
        OpenAiRequest request = exchange.Request;
        byte[] body = PromptShares.Read(request.Body.Span, 0).WithoutLastTools(request.Body.Span, count);
        return exchange with { Request = Reread(request, body) };
    }

    // What the caller's dialect knows beside the text stays with the request.
    private static OpenAiRequest Reread(OpenAiRequest request, ReadOnlyMemory<byte> body)
    {
        OpenAiRequest read = OpenAiRequestParser.Parse(request.Operation, body);
        read.EngineFields = request.EngineFields;
        read.EngineFieldNames = request.EngineFieldNames;
        read.Dropped = request.Dropped;
        return read;
    }

    private Exchange Redact()
    {
        OpenAiRequest request = exchange.Request;
        Redactor redactor = new(RequestTexts.Read(request.Body.Span), route.Policy?.DataClasses ?? []);
        ReadOnlyMemory<byte> body = redactor.Redact(request.Body);
        return exchange with
        {
            Request = Reread(request, body),
            Answer = new RestoringAnswerWriter(exchange.Answer, redactor.Placeholders),
        };
    }
}
