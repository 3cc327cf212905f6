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
    public Exchange To(Candidate candidate) =>
        candidate is Candidate.Remote { IsRedacted: true } ? _redacted ??= Redact() : exchange;

    private Exchange Redact()
    {
        OpenAiRequest request = exchange.Request;
        Redactor redactor = new(RequestTexts.Read(request.Body.Span), route.Policy?.DataClasses ?? []);
        ReadOnlyMemory<byte> body = redactor.Redact(request.Body);
        OpenAiRequest redacted = OpenAiRequestParser.Parse(request.Operation, body);
        redacted.Dropped = request.Dropped;
        redacted.EngineFieldNames = request.EngineFieldNames;
        return exchange with
        {
            Request = redacted,
            Answer = new RestoringAnswerWriter(exchange.Answer, redactor.Placeholders),
        };
    }
}
