using System.Text;
using LlmOperator.Controllers.Rbac;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>
/// Texts of what is generated from the declarations: deploy/rbac for kubectl, and the rules alone for the chart, which
/// puts them into roles of its own names.
/// </summary>
internal static class RbacManifests
{
    private const string Head =
        "# Generated from the [Rbac] attributes in src; do not edit. eng/generate writes it again.\n";

    public static string Chart(Component component)
    {
        StringBuilder text = new(Head);
        foreach (RbacScope scope in Enum.GetValues<RbacScope>())
        {
            IReadOnlyList<RbacRule> rules = [.. component.Rules.Where(r => r.Scope == scope)];
            string key = char.ToLowerInvariant(scope.ToString()[0]) + scope.ToString()[1..];
            text.Append(key).Append(rules.Count == 0 ? ": []\n" : ":\n");
            Append(text, rules);
        }

        return text.ToString();
    }

    public static string Plain(Component component)
    {
        StringBuilder text = new(Head);
        text.Append("# Secrets that models and providers name need a Role each: see deploy/README.md.\n");
        Document(text, component, "ClusterRole", null, RbacScope.Cluster);
        if (component.Rules.Any(r => r.Scope == RbacScope.OwnNamespace))
        {
            text.Append("---\n");
            Document(text, component, "Role", RbacStory.OwnNamespace, RbacScope.OwnNamespace);
        }

        return text.ToString();
    }

    private static void Document(
        StringBuilder text,
        Component component,
        string kind,
        string? ns,
        RbacScope scope
    )
    {
        text.Append("apiVersion: rbac.authorization.k8s.io/v1\nkind: ").Append(kind);
        text.Append("\nmetadata:\n  name: ").Append(component.AccountName).Append('\n');
        if (ns is not null)
        {
            text.Append("  namespace: ").Append(ns).Append('\n');
        }

        text.Append("rules:\n");
        Append(text, [.. component.Rules.Where(r => r.Scope == scope)]);
    }

    private static void Append(StringBuilder text, IReadOnlyList<RbacRule> rules)
    {
        foreach (RbacRule rule in rules)
        {
            text.Append("- apiGroups: [").Append(rule.Group.Length == 0 ? "\"\"" : rule.Group).Append("]\n");
            text.Append("  resources: [").Append(rule.Resource).Append("]\n");
            text.Append("  verbs: [").AppendJoin(", ", rule.Verbs).Append("]\n");
        }
    }
}
