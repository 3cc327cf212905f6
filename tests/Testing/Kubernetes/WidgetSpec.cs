namespace LlmOperator.Testing.Kubernetes;

/// <summary>Desired state of a <see cref="Widget"/>.</summary>
public sealed record WidgetSpec
{
    public string? Color { get; init; }

    public int Size { get; init; }
}
