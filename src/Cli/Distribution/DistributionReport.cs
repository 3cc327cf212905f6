using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Output;

namespace LlmOperator.Cli.Distribution;

/// <summary>How far a distribution is, for people and as JSON. Pure.</summary>
internal static class DistributionReport
{
    /// <summary>A table, one row a node.</summary>
    public static string Table(IReadOnlyList<NodeProgress> nodes)
    {
        TextTable table = new();
        table.Add(["NODE", "STATE", "DONE", "RATE", "LEFT", "SOURCE", "ERROR"]);
        foreach (NodeProgress node in nodes)
        {
            table.Add([
                node.Node,
                StateOf(node),
                DoneOf(node),
                RateOf(node),
                LeftOf(node),
                SourceOf(node),
                node.Error,
            ]);
        }

        return table.ToString();
    }

    /// <summary>One line for one node.</summary>
    public static string Line(NodeProgress node) =>
        string.Join(
            "  ",
            new[]
            {
                node.Node,
                StateOf(node),
                DoneOf(node),
                RateOf(node),
                LeftOf(node),
                SourceOf(node),
                node.Error,
            }.Where(text => text.Length > 0 && text != "-")
        );

    /// <summary>All of it as JSON.</summary>
    public static JsonObject Json(LlmModel model, IReadOnlyList<NodeProgress> nodes) =>
        new()
        {
            ["model"] = model.Metadata.Name,
            ["namespace"] = model.Metadata.Namespace,
            ["nodes"] = new JsonArray([
                .. nodes.Select(node => new JsonObject
                {
                    ["node"] = node.Node,
                    ["state"] = StateOf(node),
                    ["completedBytes"] = node.Pull?.CompletedBytes,
                    ["totalBytes"] = node.Pull?.TotalBytes,
                    ["bytesPerSecond"] = node.Pull?.BytesPerSecond,
                    ["remainingSeconds"] = node.Pull?.RemainingSeconds,
                    ["source"] = node.Pull?.Source,
                    ["error"] = node.Error.Length == 0 ? null : node.Error,
                }),
            ]),
        };

    private static string StateOf(NodeProgress node) => node.State.ToString().ToLowerInvariant();

    private static string DoneOf(NodeProgress node) =>
        node.Pull is { TotalBytes: > 0 } pull
            ? $"{ByteSize.Format(pull.CompletedBytes)} of {ByteSize.Format(pull.TotalBytes)}"
            : "-";

    private static string RateOf(NodeProgress node) =>
        node.Pull?.BytesPerSecond is { } rate ? $"{ByteSize.Format(rate)}/s" : "-";

    private static string LeftOf(NodeProgress node) =>
        node.Pull?.RemainingSeconds is { } seconds ? $"{seconds} s" : "-";

    private static string SourceOf(NodeProgress node) => node.Pull?.Source ?? "-";
}
