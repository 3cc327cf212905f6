namespace LlmOperator.Conformance.Targets;

/// <summary>The API servers that every case is held against.</summary>
public enum TargetKind
{
    /// <summary>The one of this project; in every run.</summary>
    Embedded,

    /// <summary>kube-apiserver and etcd from the folder that KUBEBUILDER_ASSETS names.</summary>
    KubeApiServer,

    /// <summary>Whatever the kubeconfig in LLMOP_CONFORMANCE_KUBECONFIG names.</summary>
    Kubeconfig,
}
