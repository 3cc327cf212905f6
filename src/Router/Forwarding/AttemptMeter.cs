using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Tracing;

namespace LlmOperator.Router.Forwarding;

/// <summary>What one attempt has brought so far, for charging also what ends early.</summary>
internal sealed class AttemptMeter
{
    private const int BytesPerToken = 4;
    private bool _isSent;
    private bool _isRefused;
    private long _textBytes;
    private TokenUsage? _usage;

    /// <summary>Gets the answer too; null when nobody wants to know.</summary>
    public AnswerNotes? Notes { get; set; }

    /// <summary>The request is on its way: from now on the target may count its prompt.</summary>
    public void Send() => _isSent = true;

    /// <summary>The target refused it, or could not be reached: nothing was done.</summary>
    public void Refuse() => _isRefused = true;

    /// <summary>Something of the answer came.</summary>
    public void Add(AnswerFacts facts)
    {
        _textBytes += facts.TextBytes;
        _usage = facts.Usage ?? _usage;
    }

    /// <summary>Tokens: as the target counted them, or by what was delivered when it did not come to that.</summary>
    /// <param name="promptTokens">Estimate of the prompt.</param>
    public TokenUsage UsageOr(int promptTokens) =>
        _usage
        ?? (
            _isSent && !_isRefused
                ? new TokenUsage(promptTokens, (_textBytes + BytesPerToken - 1) / BytesPerToken)
                : default
        );
}
