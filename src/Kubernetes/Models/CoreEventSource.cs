namespace LlmOperator.Kubernetes.Models;

/// <summary>Who saw an event of core/v1.</summary>
public sealed record CoreEventSource
{
    /// <summary>Controller, for example <c>llmoperator.dev/operator</c>.</summary>
    public string? Component { get; init; }

    /// <summary>Instance of the controller, for example the pod's or the node's name.</summary>
    public string? Host { get; init; }
}
