using System.Globalization;
using System.Text;

namespace LlmOperator.Storm.Results;

/// <summary>Runs beside each other as a Markdown table; the last column is the ratio of the first to the last.</summary>
internal static class ResultTable
{
    public static string Of(IReadOnlyList<StormResult> runs)
    {
        StringBuilder text = new();
        text.AppendLine($"| | {string.Join(" | ", runs.Select(r => r.Target))} | ratio |");
        text.AppendLine($"|---|{string.Concat(runs.Select(_ => "---:|"))}---:|");
        Row(text, runs, "seconds until all are placed and ready", r => r.Seconds);
        Row(text, runs, "operator: CPU seconds", r => r.OperatorCpuSeconds);
        Row(text, runs, "operator: average cores", r => r.OperatorCpuSeconds / r.Seconds);
        Row(text, runs, "operator: memory, peak (MiB)", r => r.PeakMiB);
        Row(text, runs, "operator: memory, 95th percentile (MiB)", r => r.Percentile95MiB);
        Row(text, runs, "operator: memory, after (MiB)", r => r.AfterMiB);
        Row(text, runs, "operator: cores while idle", r => r.IdleCpuSeconds / Math.Max(1, r.IdleSeconds));
        Row(text, runs, "API server: CPU seconds", r => r.ServerCpuSeconds);
        Row(text, runs, "API server: memory, peak (MiB)", r => r.ServerPeakMiB);
        Row(text, runs, "operator: requests for each model", r => r.Requests.Values.Sum() / r.Models);
        Group(text, runs, "for each model: ", r => r.Requests, r => r.Models);
        Group(text, runs, "answered with ", r => r.Failures, _ => 1);
        Group(text, runs, "while idle, in all: ", r => r.IdleRequests, _ => 1);
        Row(text, runs, "watch events for each model", r => r.WatchEvents.Values.Sum() / r.Models);
        Row(text, runs, "watch KiB for each model", r => r.WatchBytes.Values.Sum() / 1024 / r.Models);
        Group(text, runs, "watch events for each model: ", r => r.WatchEvents, r => r.Models);
        Row(text, runs, "changes of each model", r => (double)r.ModelUpdates / r.Models);
        Row(text, runs, "changes of each replica", r => (double)r.ReplicaUpdates / r.Replicas);
        Group(text, runs, "reconciles: ", r => r.Reconciles, _ => 1);
        Group(text, runs, "seconds in reconciles: ", r => r.ReconcileSeconds, _ => 1);
        Row(
            text,
            runs,
            "requests to the models' server for each model",
            r => (double)r.InspectionRequests / r.Models
        );
        Group(text, runs, "agents, for each replica: ", r => r.AgentRequests, r => r.Replicas);
        Group(
            text,
            runs,
            "agents while idle, for each node and minute: ",
            r => r.IdleAgentRequests,
            r => r.Nodes * r.IdleSeconds / 60.0
        );
        Row(text, runs, "faults of the end state", r => r.Faults.Count);
        return text.ToString();
    }

    private static void Group(
        StringBuilder text,
        IReadOnlyList<StormResult> runs,
        string name,
        Func<StormResult, IDictionary<string, double>> values,
        Func<StormResult, double> divisor
    )
    {
        foreach (string key in runs.SelectMany(r => values(r).Keys).Distinct().Order(StringComparer.Ordinal))
        {
            Row(text, runs, name + key, r => values(r).TryGetValue(key, out double v) ? v / divisor(r) : 0);
        }
    }

    private static void Row(
        StringBuilder text,
        IReadOnlyList<StormResult> runs,
        string name,
        Func<StormResult, double> value
    )
    {
        double ratio = value(runs[0]) / value(runs[^1]);
        string last = double.IsFinite(ratio) ? ratio.ToString("0.00", CultureInfo.InvariantCulture) : "";
        text.AppendLine($"| {name} | {string.Join(" | ", runs.Select(r => Number(value(r))))} | {last} |");
    }

    private static string Number(double value) =>
        value.ToString(
            value switch
            {
                0 => "0",
                < 0.1 => "0.0000",
                < 100 => "0.00",
                _ => "0",
            },
            CultureInfo.InvariantCulture
        );
}
