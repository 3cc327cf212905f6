using System.Reflection;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Controllers.Rbac;

/// <summary>Collects what the classes of an executable declare.</summary>
public static class RbacRules
{
    /// <summary>The rules of an assembly: one for each resource and scope, sorted.</summary>
    public static IReadOnlyList<RbacRule> Of(Assembly assembly) =>
        [
            .. assembly
                .GetTypes()
                .SelectMany(type => type.GetCustomAttributes<RbacAttribute>(inherit: false))
                .GroupBy(declared =>
                {
                    ResourceDefinition kind = ResourceDefinition.For(declared.Kind);
                    string suffix = declared.Subresource.Length == 0 ? "" : $"/{declared.Subresource}";
                    return (kind.Group, Resource: kind.Plural + suffix, declared.Scope);
                })
                .Select(same => new RbacRule
                {
                    Group = same.Key.Group,
                    Resource = same.Key.Resource,
                    Scope = same.Key.Scope,
                    Verbs =
                    [
                        .. same.SelectMany(declared => declared.Verbs)
                            .Distinct(StringComparer.Ordinal)
                            .Order(StringComparer.Ordinal),
                    ],
                })
                .OrderBy(rule => rule.Scope)
                .ThenBy(rule => rule.Group, StringComparer.Ordinal)
                .ThenBy(rule => rule.Resource, StringComparer.Ordinal),
        ];
}
