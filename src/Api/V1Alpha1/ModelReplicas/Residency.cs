namespace LlmOperator.Api.V1Alpha1;

/// <summary>Whether a model is in memory.</summary>
public enum Residency
{
    /// <summary>Not in memory.</summary>
    Unloaded,

    /// <summary>The engine is starting.</summary>
    Loading,

    /// <summary>In memory, answering.</summary>
    Loaded,

    /// <summary>Finishing its last requests before it leaves memory.</summary>
    Draining,
}
