namespace LlmOperator.Conformance.Targets;

/// <summary>What a case needs of a server beyond CRDs; found out by asking the server, never by its name.</summary>
internal enum Need
{
    /// <summary>Namespaces, config maps and secrets.</summary>
    CoreKinds,

    /// <summary><c>coordination.k8s.io/v1</c>.</summary>
    Leases,

    /// <summary><c>events.k8s.io/v1</c>.</summary>
    Events,

    /// <summary>A garbage collector, which is a program of its own beside a kube-apiserver.</summary>
    GarbageCollector,

    /// <summary>Resource version 1 is compacted; a long-lived server's is, a young one's where we may compact it.</summary>
    ForgottenVersions,

    /// <summary>The query parameter <c>fieldValidation</c> (Kubernetes 1.25).</summary>
    FieldValidation,

    /// <summary><c>selectableFields</c> of a CRD, which older servers drop from it (Kubernetes 1.31).</summary>
    SelectableFields,

    /// <summary><c>sendInitialEvents</c> of a watch (Kubernetes 1.32).</summary>
    StreamingLists,

    /// <summary>Kubernetes 1.32 or later, where behaviour or wording was another before.</summary>
    RecentVersion,
}
