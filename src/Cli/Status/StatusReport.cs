using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Output;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Status;

/// <summary>Nodes, models and downloads at a glance, as plain lines. Pure.</summary>
internal static class StatusReport
{
    /// <summary>The report.</summary>
    public static string Write(
        IReadOnlyList<LlmNode> nodes,
        IReadOnlyList<LlmModel> models,
        IReadOnlyList<ModelReplica> replicas
    ) =>
        string.Join(Environment.NewLine, Nodes(nodes), Models(models), Downloads(replicas)).TrimEnd()
        + Environment.NewLine;

    private static string Nodes(IReadOnlyList<LlmNode> nodes)
    {
        if (nodes.Count == 0)
        {
            return "No node has reported yet." + Environment.NewLine;
        }

        TextTable table = new();
        table.Add(["NODE", "READY", "DEVICE", "RESERVED", "BUDGET", "USED", "TEMP", "ENGINE"]);
        foreach (LlmNode node in nodes.OrderBy(n => n.Metadata.Name, StringComparer.Ordinal))
        {
            foreach (NodeDevice device in node.Status?.Devices ?? [])
            {
                table.Add([
                    node.Metadata.Name!,
                    StatusOf(node.Status?.Conditions, LlmNodeConditions.Ready),
                    device.Name,
                    ByteSize.Format(device.ReservedBytes),
                    ByteSize.Format(device.BudgetBytes),
                    ByteSize.Format(device.UsedBytes),
                    device.TemperatureCelsius is { } celsius ? $"{celsius} °C" : "-",
                    node.Status?.Summary?.Engine ?? "-",
                ]);
            }
        }

        return table.ToString();
    }

    private static string Models(IReadOnlyList<LlmModel> models)
    {
        if (models.Count == 0)
        {
            return "No model yet: apply one with `llmop apply -f FILE`." + Environment.NewLine;
        }

        TextTable table = new();
        table.Add(["NAMESPACE", "MODEL", "READY", "REPLICAS", "VARIANT", "CONTEXT", "MEMORY", "WHY"]);
        foreach (LlmModel model in models.OrderBy(m => m.Key.ToString(), StringComparer.Ordinal))
        {
            LlmModelStatus? status = model.Status;
            Condition? ready = status?.Conditions.FirstOrDefault(c => c.Type == LlmModelConditions.Ready);
            table.Add([
                model.Metadata.Namespace ?? "",
                model.Metadata.Name!,
                ready?.Status.ToString() ?? "Unknown",
                $"{status?.Replicas?.Ready ?? 0}/{status?.Replicas?.Desired ?? model.Spec.Placement.Replicas}",
                status?.Variant ?? "-",
                status?.ContextLength?.ToString() ?? "-",
                status?.Memory is { } memory ? ByteSize.Format(memory.Total) : "-",
                ready is null or { Status: ConditionStatus.True } ? "" : $"{ready.Reason}: {ready.Message}",
            ]);
        }

        return table.ToString();
    }

    private static string Downloads(IReadOnlyList<ModelReplica> replicas)
    {
        List<ModelReplica> running =
        [
            .. replicas.Where(r =>
                r.Status?.Pull is { State: PullState.Pulling or PullState.Pending or PullState.Failed }
            ),
        ];
        if (running.Count == 0)
        {
            return "";
        }

        TextTable table = new();
        table.Add(["DOWNLOAD", "NODE", "STATE", "DONE", "RATE", "LEFT", "SOURCE"]);
        foreach (ModelReplica replica in running)
        {
            ReplicaPull pull = replica.Status!.Pull!;
            table.Add([
                replica.Spec.ModelName,
                replica.Spec.NodeName,
                pull.State.ToString(),
                $"{ByteSize.Format(pull.CompletedBytes)} of {ByteSize.Format(pull.TotalBytes)}",
                pull.BytesPerSecond is { } rate ? $"{ByteSize.Format(rate)}/s" : "-",
                pull.RemainingSeconds is { } seconds ? $"{seconds} s" : "-",
                pull.Error ?? pull.Source ?? "",
            ]);
        }

        return table.ToString();
    }

    private static string StatusOf(IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(c => c.Type == type)?.Status.ToString() ?? "Unknown";
}
