using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Rbac;

/// <summary>What a class asks of the API server about one kind.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="verbs">Verbs of Kubernetes; a server-side apply that may create needs patch and create.</param>
public sealed class RbacAttribute<T>(params string[] verbs) : RbacAttribute(typeof(T), verbs)
    where T : KubernetesObject;
