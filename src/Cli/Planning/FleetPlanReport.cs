using System.Globalization;
using System.Text;
using LlmOperator.Cli.Output;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Planning;

/// <summary>A preview as text. Pure.</summary>
internal static class FleetPlanReport
{
    /// <summary>What would be placed, pulled and evicted, and what would wait for what.</summary>
    public static string Write(FleetPreview preview, long bytesPerSecond)
    {
        TextTable table = new();
        table.Add(["CHANGE", "MODEL", "NODE", "WAY", "MEMORY", "PULL", "MINUTES"]);
        foreach (PreviewedReplica replica in preview.Replicas)
        {
            table.Add([
                replica.Change,
                replica.Model,
                replica.Node,
                replica.Way,
                string.Join(", ", replica.Devices.Select(Device)),
                replica.PullBytes == 0
                    ? "-"
                    : ByteSize.Format(replica.PullBytes) + (replica.IsOnPeer ? " (a peer has it)" : ""),
                replica.PullBytes == 0 ? "-" : Minutes(replica.PullBytes, bytesPerSecond),
            ]);
        }

        foreach (PreviewedRemoval removal in preview.Removals)
        {
            table.Add([
                "Removed",
                removal.Model,
                removal.Node,
                removal.Reason,
                $"{ByteSize.Format(removal.Bytes)} freed",
                "-",
                "-",
            ]);
        }

        StringBuilder text = new();
        text.Append(
            preview.Replicas.Count + preview.Removals.Count == 0
                ? "Nothing would be placed." + Environment.NewLine
                : table.ToString()
        );
        long pulled = preview.Replicas.Sum(r => r.PullBytes);
        if (pulled > 0)
        {
            text.AppendLine()
                .AppendLine(
                    $"{ByteSize.Format(pulled)} to pull; minutes at {ByteSize.Format(bytesPerSecond)}/s a node (--rate)."
                );
        }

        foreach (PreviewedModel model in preview.Models)
        {
            AppendLacks(text, model);
        }

        return text.ToString();
    }

    private static void AppendLacks(StringBuilder text, PreviewedModel model)
    {
        if (model.Problem is { } problem)
        {
            text.AppendLine().AppendLine($"{model.Model} cannot be planned: {problem}");
        }
        else if (model.Placed < model.Wanted)
        {
            text.AppendLine()
                .AppendLine($"{model.Model}: {model.Placed} of {model.Wanted} replicas have a node.");
            foreach (
                NodeVerdict node in model
                    .Nodes.Where(n => n.Verdict is not "Placed")
                    .OrderBy(n => n.MissingBytes)
            )
            {
                text.AppendLine($"  {node.Message}");
            }

            if (model.Nodes.Count == 0)
            {
                text.AppendLine("  there is no node; start a node agent, or invent one with --node");
            }
        }
    }

    private static string Device(PreviewedDevice device) =>
        $"{device.Name} {ByteSize.Format(device.TotalBytes)}"
        + (device.Layers is { } layers ? $" ({layers} layers)" : "");

    private static string Minutes(long bytes, long bytesPerSecond) =>
        (bytes / 60.0 / bytesPerSecond).ToString("0.0", CultureInfo.InvariantCulture);
}
