using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>How the wait for a model ended. Closed.</summary>
internal abstract record WakeOutcome
{
    private WakeOutcome() { }

    /// <summary>It is in memory.</summary>
    /// <param name="Model">The model as it is now; the replicas that are in memory say so.</param>
    public sealed record Awake(LocalModel Model) : WakeOutcome;

    /// <summary>It will not be, as far as is known.</summary>
    public sealed record Failed(string Reason) : WakeOutcome;
}
