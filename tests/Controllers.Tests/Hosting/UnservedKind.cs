using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Controllers.Tests.Hosting;

[KubernetesResource("example.com", "v1", "UnservedKind", "unservedkinds")]
public sealed record UnservedKind : KubernetesObject;
