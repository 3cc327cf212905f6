using System.Reflection;
using LlmOperator.Controllers.Rbac;
using LlmOperator.NodeAgent;
using LlmOperator.Operator;
using LlmOperator.Router;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>An executable with a service account of its own.</summary>
internal sealed record Component(string Name, string AccountName, Assembly Assembly)
{
    public static Component Operator { get; } =
        new("operator", "llm-operator", typeof(OperatorHost).Assembly);

    public static Component NodeAgent { get; } =
        new("node-agent", "llm-operator-agent", typeof(NodeAgentHost).Assembly);

    public static Component Router { get; } =
        new("router", "llm-operator-router", typeof(RouterHost).Assembly);

    public static IReadOnlyList<Component> All { get; } = [Operator, NodeAgent, Router];

    public IReadOnlyList<RbacRule> Rules { get; } = RbacRules.Of(Assembly);

    public override string ToString() => Name;
}
