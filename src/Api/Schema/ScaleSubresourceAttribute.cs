namespace LlmOperator.Api.Schema;

/// <summary>Serves the scale subresource, for <c>kubectl scale</c> and autoscalers.</summary>
/// <param name="specReplicasPath">Path of the wanted number.</param>
/// <param name="statusReplicasPath">Path of the present number.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ScaleSubresourceAttribute(string specReplicasPath, string statusReplicasPath) : Attribute
{
    /// <summary>Path of the wanted number.</summary>
    public string SpecReplicasPath => specReplicasPath;

    /// <summary>Path of the present number.</summary>
    public string StatusReplicasPath => statusReplicasPath;

    /// <summary>Path of the label selector as text; null for none.</summary>
    public string? LabelSelectorPath { get; init; }
}
