using System.Globalization;
using System.Text;

namespace LlmOperator.Bench.Memory;

/// <summary>The tables of results.md.</summary>
internal static class Report
{
    private static readonly Dictionary<string, string> s_placements = new()
    {
        ["cpu"] = "CPU alone",
        ["full"] = "one device, all layers",
        ["half"] = "one device, half the layers",
        ["two"] = "two devices",
    };

    public static string Write(IReadOnlyList<ErrorRow> rows, int refused)
    {
        StringBuilder text = new();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{rows.Count + refused} projections of {rows.Select(r => r.Shape.Name).Distinct().Count()} models of {rows.Select(r => r.Shape.Architecture).Distinct().Count()} architectures; {refused} of them are refused with a reason and not in the tables."
        );
        AddConfigurations(text, rows);
        AddOthers(text, rows);
        AddModels(text, rows);
        return text.ToString();
    }

    private static void AddConfigurations(StringBuilder text, IReadOnlyList<ErrorRow> rows)
    {
        text.AppendLine("\n## The planner, by configuration\n");
        text.AppendLine(
            "Cache and weights: largest difference in MiB (the engine prints weights rounded down to whole MiB at each place). Total: |error| of everything over all places.\n"
        );
        text.AppendLine(
            "| placement | flash attention | projections | cache, largest | weights, largest | total, median | total, 95th percentile | total, least |"
        );
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        foreach ((string placement, string name) in s_placements)
        {
            foreach (bool flash in (bool[])[true, false])
            {
                AddRow(
                    text,
                    $"{name} | {(flash ? "on" : "off")}",
                    [.. rows.Where(r => r.Vector.Placement == placement && r.Vector.FlashAttention == flash)]
                );
            }
        }

        AddRow(text, "**all** | on", [.. rows.Where(r => r.Vector.FlashAttention)]);
        AddRow(text, "**all** | both", rows);
    }

    private static void AddRow(StringBuilder text, string name, IReadOnlyList<ErrorRow> rows) =>
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {name} | {rows.Count} | {rows.Max(r => Math.Abs(r.CacheMebibytes)):0.00} | {rows.Max(r => Math.Abs(r.WeightsMebibytes)):0.00} | {Percentiles([.. rows.Select(r => r.Total)])} | {rows.Min(r => r.Total) * 100:0.0} % |"
        );

    private static void AddOthers(StringBuilder text, IReadOnlyList<ErrorRow> rows)
    {
        text.AppendLine("\n## Beside the formulas of other systems\n");
        text.AppendLine("| what | formula | median of abs. error | 95th percentile | least | most |");
        text.AppendLine("|---|---|---|---|---|---|");
        AddFormula(text, "total", "this planner", [.. rows.Select(r => r.Total)]);
        foreach (string name in rows[0].Others.Keys)
        {
            AddFormula(text, "total", name, [.. rows.Select(r => r.Others[name])]);
        }

        ErrorRow[] cached = [.. rows.Where(r => r.OtherCaches.Count > 0)];
        AddFormula(
            text,
            "cache",
            "this planner",
            [.. cached.Select(r => r.CacheMebibytes / (r.Vector.KvCache + r.Vector.State))]
        );
        foreach (string name in cached[0].OtherCaches.Keys)
        {
            AddFormula(text, "cache", name, [.. cached.Select(r => r.OtherCaches[name])]);
        }
    }

    private static void AddFormula(
        StringBuilder text,
        string what,
        string name,
        IReadOnlyList<double> errors
    ) =>
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {what} | {name} | {Percentiles(errors)} | {errors.Min() * 100:0.0} % | {errors.Max() * 100:0.0} % |"
        );

    private static void AddModels(StringBuilder text, IReadOnlyList<ErrorRow> rows)
    {
        text.AppendLine("\n## The planner, by model\n");
        text.AppendLine(
            "| model | architecture | projections | total, median | total, 95th percentile | with flash attention, 95th percentile |"
        );
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (IGrouping<string, ErrorRow> group in rows.GroupBy(r => r.Shape.Name))
        {
            double[] flash = [.. group.Where(r => r.Vector.FlashAttention).Select(r => r.Total)];
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {group.Key} | {group.First().Shape.Architecture} | {group.Count()} | {Percentiles([.. group.Select(r => r.Total)])} | {Percentile(flash, 0.95) * 100:0.00} % |"
            );
        }
    }

    private static string Percentiles(IReadOnlyList<double> errors) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Percentile(errors, 0.5) * 100:0.00} % | {Percentile(errors, 0.95) * 100:0.00} %"
        );

    private static double Percentile(IReadOnlyList<double> errors, double share)
    {
        double[] sorted = [.. errors.Select(Math.Abs).Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
