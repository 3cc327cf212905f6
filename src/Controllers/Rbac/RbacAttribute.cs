namespace LlmOperator.Controllers.Rbac;

/// <summary>What a class asks of the API server. The roles in deploy/rbac are generated from these.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class RbacAttribute : Attribute
{
    private protected RbacAttribute(Type kind, IReadOnlyList<string> verbs) => (Kind, Verbs) = (kind, verbs);

    /// <summary>C# type of the kind.</summary>
    public Type Kind { get; }

    /// <summary>Verbs of Kubernetes: get, list, watch, create, update, patch, delete.</summary>
    public IReadOnlyList<string> Verbs { get; }

    /// <summary>Subresource such as <c>status</c>; empty, the default, for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>Where it holds. Default <see cref="RbacScope.Cluster"/>.</summary>
    public RbacScope Scope { get; init; }
}
