using LlmOperator.Cli.Connection;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Up;

/// <summary>What <c>llmop up</c> is to run.</summary>
internal sealed record UpOptions
{
    /// <summary>Port on which clients find the router when none is given.</summary>
    public const int DefaultRouterPort = 11400;

    /// <summary>Most nodes in one process.</summary>
    public const int MaximumNodes = 64;

    /// <summary>Folder that keeps everything.</summary>
    public required DataDirectory Data { get; init; }

    /// <summary>Where the kubeconfig is written; in the data folder by default.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>Number of nodes, each with a store and engines of its own. 1 by default.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Memory budgets of the nodes, in order; the last counts for those that follow. The machine's own by default.</summary>
    public IReadOnlyList<Quantity> NodeMemory { get; init; } = [];

    /// <summary>Port of the API server on loopback; 0 takes a free one.</summary>
    public int ApiPort { get; init; }

    /// <summary>Port of the router on loopback; 0 takes a free one.</summary>
    public int RouterPort { get; init; } = DefaultRouterPort;

    /// <summary>Where models come from.</summary>
    public OriginOptions Origins { get; init; } = new();

    /// <summary>Bytes a second of all pulls of a node together; null for no limit.</summary>
    public long? MostPullBytesPerSecond { get; init; }

    /// <summary>Files of other programs that are used where they lie; none by default.</summary>
    public CacheFolders Caches { get; init; } = CacheFolders.None;

    /// <summary>Names of the nodes: <c>local</c>, <c>local-2</c>, …</summary>
    public IReadOnlyList<string> NodeNames =>
        [.. Enumerable.Range(1, Nodes).Select(i => i == 1 ? "local" : $"local-{i}")];

    /// <summary>Budget of a node by its index; null for the machine's own.</summary>
    public long? BudgetOf(int index) =>
        NodeMemory.Count == 0 ? null : NodeMemory[Math.Min(index, NodeMemory.Count - 1)].Bytes;
}
