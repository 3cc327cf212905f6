using System.Diagnostics;
using System.Globalization;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Tracing;

/// <summary>The span of one attempt, a child of its request's.</summary>
internal sealed class AttemptSpan(Activity activity) : IDisposable
{
    private bool _hasEnded;

    /// <summary>The span as its target gets it.</summary>
    public TraceContext? Context =>
        activity.Id is { } id ? new TraceContext(id, activity.TraceStateString) : null;

    /// <summary>What is noted of the answer.</summary>
    public AnswerNotes Notes { get; } = new();

    /// <summary>How it ended.</summary>
    public void End(AttemptOutcome outcome)
    {
        _hasEnded = true;
        Notes.WriteTo(activity);
        switch (outcome)
        {
            case AttemptOutcome.Failed failed:
                activity.SetTag(GenAiAttributes.Status, failed.Status);
                RequestSpan.Fail(activity, ErrorOf(failed));
                break;
            case AttemptOutcome.Rejected rejected:
                activity.SetTag(GenAiAttributes.Status, rejected.Status);
                RequestSpan.Fail(activity, rejected.Status.ToString(CultureInfo.InvariantCulture));
                break;
            case AttemptOutcome.Broken broken:
                RequestSpan.Fail(activity, broken.IsTargetsFault ? "stream_broken" : "timeout");
                break;
        }
    }

    /// <summary>Ends the span; one whose attempt has not ended was given up by the client or by the request's own limit.</summary>
    public void Dispose()
    {
        if (!_hasEnded)
        {
            RequestSpan.Fail(activity, "cancelled");
        }

        activity.Dispose();
    }

    private static string ErrorOf(AttemptOutcome.Failed failed) =>
        failed switch
        {
            { Status: { } status } => status.ToString(CultureInfo.InvariantCulture),
            { IsTargetsFault: false } => "not_honoured",
            { Kind: FailureKind.Gone } => "connection_error",
            { Kind: FailureKind.Silent } => "timeout",
            _ => "invalid_answer",
        };
}
