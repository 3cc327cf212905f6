namespace LlmOperator.Api.V1Alpha1;

/// <summary>How many replicas a model has.</summary>
public enum PlacementMode
{
    /// <summary>As many as <c>replicas</c> says.</summary>
    Replicas,

    /// <summary>One on every node that is ready and suits.</summary>
    EveryNode,
}
