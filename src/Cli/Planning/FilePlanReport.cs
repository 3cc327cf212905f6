using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;
using LlmOperator.Models.Memory;

namespace LlmOperator.Cli.Planning;

/// <summary>A plan as text for people and as JSON for programs.</summary>
internal static class FilePlanReport
{
    /// <summary>
    /// One object; all sizes are bytes, whole numbers. <c>totalBytes</c> is what the engine allocates: weights, cache
    /// and compute. <c>overheadBytes</c> is what process and driver take besides.
    /// </summary>
    public static string Json(FilePlanRequest request, MemoryPlan plan) =>
        new JsonObject
        {
            ["file"] = request.File,
            ["contextLength"] = plan.Parameters.ContextLength,
            ["parallelSequences"] = plan.Parameters.ParallelSequences,
            ["totalContext"] = plan.Parameters.TotalContext,
            ["devices"] = new JsonArray([.. plan.Devices.Select(Device)]),
        }.ToJsonString(new() { WriteIndented = true }) + "\n";

    /// <summary>A row for each device, then every term of each.</summary>
    public static string Text(MemoryPlan plan)
    {
        TextTable devices = new();
        devices.Add(["DEVICE", "LAYERS", "WEIGHTS", "KV CACHE", "COMPUTE", "TOTAL", "OVERHEAD"]);
        TextTable terms = new();
        terms.Add(["DEVICE", "TERM", "SIZE", "BYTES"]);
        foreach (DeviceMemory device in plan.Devices)
        {
            devices.Add([
                device.Name,
                device.Layers.ToString(CultureInfo.InvariantCulture),
                ByteSize.Format(device.WeightsBytes),
                ByteSize.Format(device.KvCacheBytes),
                ByteSize.Format(device.ComputeBytes),
                ByteSize.Format(Allocated(device)),
                ByteSize.Format(device.OverheadBytes),
            ]);
            foreach (MemoryTerm term in device.Terms)
            {
                terms.Add([
                    device.Name,
                    Words(term.Kind),
                    ByteSize.Format(term.Bytes),
                    term.Bytes.ToString(CultureInfo.InvariantCulture),
                ]);
            }
        }

        return $"{devices}\n{terms}";
    }

    private static JsonObject Device(DeviceMemory device) =>
        new()
        {
            ["name"] = device.Name,
            ["layers"] = device.Layers,
            ["weightsBytes"] = device.WeightsBytes,
            ["kvCacheBytes"] = device.KvCacheBytes,
            ["computeBytes"] = device.ComputeBytes,
            ["totalBytes"] = Allocated(device),
            ["overheadBytes"] = device.OverheadBytes,
            ["terms"] = new JsonArray([
                .. device.Terms.Select(term =>
                    (JsonNode)new JsonObject { ["kind"] = term.Kind.ToString(), ["bytes"] = term.Bytes }
                ),
            ]),
        };

    private static long Allocated(DeviceMemory device) =>
        device.WeightsBytes + device.KvCacheBytes + device.ComputeBytes;

    // AttentionCache -> attention cache
    private static string Words(MemoryTermKind kind)
    {
        StringBuilder words = new();
        foreach (char c in kind.ToString())
        {
            words.Append(char.IsUpper(c) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }
}
