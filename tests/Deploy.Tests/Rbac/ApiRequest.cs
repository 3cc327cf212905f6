using LlmOperator.Controllers.Rbac;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>A request as the authorizer of an API server sees it.</summary>
internal sealed record ApiRequest(string Verb, string Group, string Resource, string? Namespace, string? Name)
{
    private const string NameSelector = "metadata.name=";

    /// <summary>Reads a request to a resource; null for discovery and health.</summary>
    public static ApiRequest? Parse(string method, string path, IReadOnlyDictionary<string, string> query)
    {
        string[] parts = path.Trim('/').Split('/');
        (string group, int start) = parts switch
        {
            ["api", _, ..] => ("", 2),
            ["apis", var named, _, ..] => (named, 3),
            _ => ("", parts.Length),
        };
        string? ns = null;
        if (parts.Length > start + 2 && parts[start] == "namespaces")
        {
            (ns, start) = (parts[start + 1], start + 2);
        }

        if (parts.Length <= start)
        {
            return null;
        }

        string? name = parts.ElementAtOrDefault(start + 1);
        string resource = parts.Length > start + 2 ? $"{parts[start]}/{parts[start + 2]}" : parts[start];
        string verb = method switch
        {
            "GET" when query.GetValueOrDefault("watch") is "true" or "1" => "watch",
            "GET" => name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => name is null ? "deletecollection" : "delete",
            _ => method,
        };
        // A list of one name is authorized as a request for that name.
        string selector = query.GetValueOrDefault("fieldSelector", "");
        name ??= selector.StartsWith(NameSelector, StringComparison.Ordinal)
            ? selector[NameSelector.Length..]
            : null;
        return new ApiRequest(verb, group, resource, ns, name);
    }

    /// <summary>True when a rule lets the request pass, in an installation in <paramref name="ownNamespace"/>.</summary>
    public bool IsAllowedBy(RbacRule rule, string ownNamespace) =>
        rule.Group == Group
        && rule.Resource == Resource
        && rule.Verbs.Contains(Verb)
        && rule.Scope switch
        {
            RbacScope.Cluster => true,
            RbacScope.OwnNamespace => Namespace == ownNamespace,
            _ => Namespace is not null && Name is not null,
        };
}
