using System.Text;
using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>One verb on one resource that an API server lets an account use, in one namespace or in all.</summary>
internal sealed record Permission(string Namespace, string Group, string Resource, string? Name, string Verb)
{
    private const string All = "*";
    private const string Path = "apis/authorization.k8s.io/v1/selfsubjectrulesreviews";

    /// <summary>
    /// What `kubectl auth can-i --list` tells an account in the namespaces of the story. What holds in a namespace that
    /// no role is in holds in all.
    /// </summary>
    public static async Task<IReadOnlySet<Permission>> OfAsync(
        HttpClient account,
        CancellationToken cancellation
    )
    {
        HashSet<Permission> all = [.. await InAsync(account, "elsewhere", All, cancellation)];
        foreach (string ns in new[] { RbacStory.OwnNamespace, "default" })
        {
            IReadOnlyList<Permission> there = await InAsync(account, ns, ns, cancellation);
            all.UnionWith(there.Where(p => !all.Contains(p with { Namespace = All })));
        }

        return all;
    }

    public bool Is(string verb, string group, string resource) =>
        Verb == verb && Group == group && Resource == resource;

    /// <summary>True when a request needs this permission.</summary>
    public bool IsUsedBy(ApiRequest request) =>
        Is(request.Verb, request.Group, request.Resource)
        && (Namespace == All || Namespace == request.Namespace)
        && (Name is null || Name == request.Name);

    private static async Task<IReadOnlyList<Permission>> InAsync(
        HttpClient account,
        string ns,
        string called,
        CancellationToken cancellation
    )
    {
        JsonObject review = new()
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectRulesReview",
            ["spec"] = new JsonObject { ["namespace"] = ns },
        };
        using StringContent content = new(review.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await account.PostAsync(Path, content, cancellation);
        string text = await answer.Content.ReadAsStringAsync(cancellation);
        Assert.True(answer.IsSuccessStatusCode, text);
        JsonNode status = JsonNode.Parse(text)!["status"]!;
        Assert.False((bool?)status["incomplete"] ?? false, text);
        return
        [
            .. from rule in status["resourceRules"]!.AsArray()
            from verb in Texts(rule["verbs"])
            from grp in Texts(rule["apiGroups"])
            from resource in Texts(rule["resources"])
            from name in Texts(rule["resourceNames"]).DefaultIfEmpty()
            select new Permission(called, grp, resource, name, verb),
        ];
    }

    private static IEnumerable<string> Texts(JsonNode? list) =>
        (list as JsonArray ?? []).Select(text => (string)text!);
}
