using LlmOperator.Kubernetes.Configuration;

namespace LlmOperator.Conformance.Targets;

/// <summary>A server that somebody runs.</summary>
internal sealed class KubeconfigTarget(string path) : ConformanceTarget(KubernetesConfiguration.Load(path))
{
    public override bool OutlivesTheTests => true;
}
