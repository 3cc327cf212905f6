namespace LlmOperator.Api.V1Alpha1;

/// <summary>A node in short, for <c>kubectl get</c>.</summary>
public sealed record NodeSummary
{
    /// <summary>Devices with their budgets, for example <c>CPU 16.0Gi</c>.</summary>
    public string? Devices { get; init; }

    /// <summary>Budget that no replica holds, for example <c>CPU 12.3Gi</c>.</summary>
    public string? Free { get; init; }

    /// <summary>Engine and version, for example <c>LlamaCpp b6100</c>.</summary>
    public string? Engine { get; init; }
}
