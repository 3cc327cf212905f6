namespace LlmOperator.Api.V1Alpha1;

/// <summary>What an OnDemand model holds of its node's memory while it is not loaded.</summary>
public enum LoadingMemory
{
    /// <summary>All of its bytes: there is always room to load it.</summary>
    Reserved,

    /// <summary>
    /// A turn: all Shared models of a node together hold as many bytes as the largest of them, or more where there is
    /// room. To load one, the agent unloads others that nobody uses.
    /// </summary>
    Shared,
}
