using LlmOperator.Cli.Connection;

namespace LlmOperator.Cli.Stores;

/// <summary>The store that a command means.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Node">Node of <c>llmop up</c> that it belongs to; null when it is another agent's.</param>
/// <param name="Data">Data folder that was named.</param>
internal sealed record StoreLocation(string Folder, string? Node, DataDirectory Data)
{
    /// <summary>Name of the first node of <c>llmop up</c>.</summary>
    public const string DefaultNode = "local";

    /// <summary>
    /// The data folder may be a store itself (that of <c>llmop registry</c>, or of a backup), the folder of an agent,
    /// or the folder of <c>llmop up</c>, which has one store a node.
    /// </summary>
    public static StoreLocation Find(string? dataDirectory, string node)
    {
        DataDirectory data = DataDirectory.Resolve(dataDirectory);
        if (IsStore(data.Path))
        {
            return new StoreLocation(data.Path, null, data);
        }

        string ofAgent = Path.Combine(data.Path, "store");
        return IsStore(ofAgent)
            ? new StoreLocation(ofAgent, null, data)
            : new StoreLocation(Path.Combine(data.Node(CheckedNode(node)), "store"), node, data);
    }

    private static bool IsStore(string folder) => Directory.Exists(Path.Combine(folder, "blobs", "sha256"));

    private static string CheckedNode(string node) =>
        node.Length > 0 && node.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') && node[0] != '.'
            ? node
            : throw new CliException(
                $"--node {node} is no name of a node, for example {DefaultNode}.",
                exitCode: 2
            );
}
