using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Forwarding;

/// <summary>How one attempt ended. Closed.</summary>
internal abstract record AttemptOutcome
{
    private AttemptOutcome() { }

    /// <summary>Another attempt of the same request began to answer before.</summary>
    public static AttemptOutcome NotSooner { get; } =
        new Failed("another target was sooner") { IsTargetsFault = false };

    /// <summary>The client has the whole answer.</summary>
    public sealed record Answered(TokenUsage? Usage) : AttemptOutcome;

    /// <summary>The client has nothing yet; the next target may be tried.</summary>
    public sealed record Failed(string Reason, int? Status = null, TimeSpan? RetryAfter = null)
        : AttemptOutcome
    {
        /// <summary>False when the target is well and only this request is not for it.</summary>
        public bool IsTargetsFault { get; init; } = true;

        /// <summary>What kind of failure it is.</summary>
        public FailureKind Kind { get; init; }
    }

    /// <summary>The target refused the request itself; others would do so too. Passed to the client.</summary>
    public sealed record Rejected(int Status, byte[] Body) : AttemptOutcome;

    /// <summary>The answer broke after its beginning was sent; the client does not know it yet.</summary>
    public sealed record Broken(string Reason) : AttemptOutcome
    {
        /// <summary>False when the target is well: the request's own time was over.</summary>
        public bool IsTargetsFault { get; init; } = true;
    }
}
