namespace LlmOperator.Kubernetes.Resources;

/// <summary>Says how a C# type is served by the Kubernetes API.</summary>
/// <param name="group">API group; empty for the core group.</param>
/// <param name="version">API version, for example <c>v1alpha1</c>.</param>
/// <param name="kind">Kind, for example <c>LlmModel</c>.</param>
/// <param name="plural">Plural used in URLs, for example <c>llmmodels</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesResourceAttribute(string group, string version, string kind, string plural)
    : Attribute
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group => group;

    /// <summary>API version.</summary>
    public string Version => version;

    /// <summary>Kind.</summary>
    public string Kind => kind;

    /// <summary>Plural used in URLs.</summary>
    public string Plural => plural;

    /// <summary>Scope; namespaced by default.</summary>
    public ResourceScope Scope { get; init; } = ResourceScope.Namespaced;

    /// <summary>Short names for the command line.</summary>
    public string[] ShortNames { get; init; } = [];

    /// <summary>Categories for the command line, for example <c>llm</c>.</summary>
    public string[] Categories { get; init; } = [];
}
