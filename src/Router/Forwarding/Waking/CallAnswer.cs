namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>What came of asking a replica's agent.</summary>
/// <param name="State">How the replica is.</param>
/// <param name="Reason">For people; empty when all is well.</param>
internal sealed record CallAnswer(CallState State, string Reason)
{
    public static CallAnswer Loaded { get; } = new(CallState.Loaded, "");

    public static CallAnswer StillLoading { get; } = new(CallState.StillLoading, "");
}
