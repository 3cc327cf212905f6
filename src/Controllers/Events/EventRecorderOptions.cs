namespace LlmOperator.Controllers.Events;

/// <summary>Who records the events.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Controller, for example <c>llmoperator.dev/operator</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>Instance of it. Default the machine's name (a pod's name in a cluster).</summary>
    public string Instance { get; init; } = Environment.MachineName;
}
