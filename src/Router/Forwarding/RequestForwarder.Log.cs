using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Forwarding;

/// <content>Log messages: no content of requests or answers.</content>
internal sealed partial class RequestForwarder
{
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
