using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>A kind for tests of the client and of the controller runtime.</summary>
[KubernetesResource("example.com", "v1", "Widget", "widgets")]
public sealed record Widget : CustomResource<WidgetSpec, WidgetStatus>;
