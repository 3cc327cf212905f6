using System.Security.Cryptography;
using System.Text;

namespace LlmOperator.Operator.Replicas;

/// <summary>Names of replicas: deterministic, so that a second try after a crash makes no second replica (C47).</summary>
internal static class ReplicaNames
{
    /// <summary>Name of the replica of a model on a node, for example <c>coder-5f2a9c01be</c>.</summary>
    public static string Of(string model, string node) =>
        $"{model}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node)))[..10]}";
}
