namespace LlmOperator.Api.V1Alpha1;

/// <summary>Whether a node takes new replicas.</summary>
public enum NodeScheduling
{
    /// <summary>New replicas may be placed.</summary>
    Enabled,

    /// <summary>What runs stays; nothing new is placed.</summary>
    Cordoned,
}
