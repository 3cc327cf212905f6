using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Tracing;

namespace LlmOperator.Router.Accounting;

/// <summary>One request, for metrics and the access log. No content.</summary>
/// <param name="operation">What was asked for.</param>
/// <param name="timeProvider">Clock.</param>
internal sealed class RequestRecord(OpenAiOperation operation, TimeProvider timeProvider)
{
    /// <summary>Outcome of a request whose answer the client has.</summary>
    public const string Ok = "ok";

    private readonly long _start = timeProvider.GetTimestamp();

    public OpenAiOperation Operation => operation;

    /// <summary>Target that was tried last; null for none.</summary>
    public string? Target { get; set; }

    /// <summary>The same with its address; null for none.</summary>
    public UpstreamTarget? Asked { get; set; }

    /// <summary>What is noted of the last answer; null when nobody wants to know.</summary>
    public AnswerNotes? Notes { get; set; }

    /// <summary><c>ok</c>, <c>rejected</c>, <c>broken</c>, <c>no_target</c>, <c>loading</c>, <c>timeout</c> or <c>client_closed</c>.</summary>
    public string Outcome { get; set; } = "error";

    public int Attempts { get; set; }

    /// <summary>What was tried and how it ended, for the decision; no content.</summary>
    public List<string> Tried { get; } = [];

    public TokenUsage? Usage { get; set; }

    /// <summary>Time to the first content of a stream; null when there was none.</summary>
    public TimeSpan? FirstContent { get; private set; }

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_start);

    /// <summary>The first content is about to be sent.</summary>
    public void MarkFirstContent() => FirstContent ??= Elapsed;
}
