using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>Observed state of a <see cref="Widget"/>.</summary>
public sealed record WidgetStatus
{
    public string? Phase { get; init; }

    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }
}
