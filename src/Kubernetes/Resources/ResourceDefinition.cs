using System.Collections.Concurrent;
using System.Reflection;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Kubernetes.Resources;

/// <summary>Group, version, kind, plural and scope of a kind: all that is needed to address it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Plural">Plural used in URLs.</param>
/// <param name="Scope">Scope.</param>
public sealed record ResourceDefinition(
    string Group,
    string Version,
    string Kind,
    string Plural,
    ResourceScope Scope
)
{
    private static readonly ConcurrentDictionary<Type, ResourceDefinition> s_definitions = new();

    /// <summary><c>group/version</c>, or the version alone for the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Definition of a C# type from its <see cref="KubernetesResourceAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">The type has no such attribute.</exception>
    public static ResourceDefinition For<T>()
        where T : KubernetesObject => For(typeof(T));

    /// <summary>Definition of a C# type from its <see cref="KubernetesResourceAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">The type has no such attribute.</exception>
    public static ResourceDefinition For(Type type) =>
        s_definitions.GetOrAdd(
            type,
            static t =>
            {
                KubernetesResourceAttribute attribute =
                    t.GetCustomAttribute<KubernetesResourceAttribute>(inherit: false)
                    ?? throw new InvalidOperationException(
                        $"{t.Name} has no [KubernetesResource] attribute."
                    );
                return new ResourceDefinition(
                    attribute.Group,
                    attribute.Version,
                    attribute.Kind,
                    attribute.Plural,
                    attribute.Scope
                );
            }
        );

    /// <summary>Path of the collection, or of one object, without a leading slash.</summary>
    /// <param name="namespace">Namespace; null for all namespaces or a cluster-scoped kind.</param>
    /// <param name="name">Name of an object; null for the collection.</param>
    /// <param name="subresource">Subresource such as <c>status</c>; null for the object itself.</param>
    public string PathOf(string? @namespace, string? name = null, string? subresource = null)
    {
        string root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        string inNamespace =
            Scope == ResourceScope.Namespaced && !string.IsNullOrEmpty(@namespace)
                ? $"/namespaces/{Uri.EscapeDataString(@namespace)}"
                : "";
        string path = $"{root}{inNamespace}/{Plural}";
        path = name is null ? path : $"{path}/{Uri.EscapeDataString(name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }
}
