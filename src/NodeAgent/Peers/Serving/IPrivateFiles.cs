using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>Which files of this node were pulled with a credential.</summary>
internal interface IPrivateFiles
{
    /// <summary>Namespaces whose credential the origin accepted for a file; null when anybody may have it.</summary>
    IReadOnlySet<string>? NamespacesOf(ModelDigest digest);
}
