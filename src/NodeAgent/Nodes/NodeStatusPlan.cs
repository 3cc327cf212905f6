using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Devices;

namespace LlmOperator.NodeAgent.Nodes;

/// <summary>The status of a node from what was observed. Pure.</summary>
internal static class NodeStatusPlan
{
    // Measured values are rounded, so that an idle node is not written every few seconds.
    private const long UsedGrain = 256L << 20;
    private const long DiskGrain = 256L << 20;
    private const int TemperatureGrain = 5;
    private const int UtilizationGrain = 25;

    // A condition that holds stays until the value is this far below the threshold.
    private const int Hysteresis = 5;
    private const double Gibibyte = 1L << 30;

    public static LlmNodeStatus Build(
        LlmNode node,
        NodeObservation seen,
        NodeAgentOptions options,
        DateTimeOffset now
    )
    {
        IReadOnlyList<NodeDevice> devices = [.. seen.Devices.Select(device => Device(node, seen, device))];
        long? freeBefore = node.Status?.Disk?.FreeBytes;
        return new LlmNodeStatus
        {
            ObservedGeneration = node.Metadata.Generation,
            Conditions = Conditions(node, seen, options, now),
            Address = seen.Address,
            AgentVersion = typeof(NodeStatusPlan).Assembly.GetName().Version?.ToString(3),
            Devices = devices,
            Disk = new NodeDisk
            {
                TotalBytes = seen.Disk.TotalBytes,
                FreeBytes = Steady(freeBefore, seen.Disk.FreeBytes, DiskGrain, seen.KeepsReadings) ?? 0,
                RoomBytes = Steady(
                    node.Status?.Disk?.RoomBytes,
                    seen.RoomBytes ?? node.Status?.Disk?.RoomBytes,
                    DiskGrain,
                    seen.KeepsReadings
                ),
                StoreBytes = seen.Blobs.Where(blob => blob.Reference is null).Sum(blob => blob.SizeBytes),
            },
            Engines = seen.Engines,
            Models =
            [
                .. seen
                    .Blobs.OrderBy(blob => blob.Digest.Hex, StringComparer.Ordinal)
                    .Select(blob => new StoredModel
                    {
                        Digest = blob.Digest.ToString(),
                        SizeBytes = blob.SizeBytes,
                        Name = blob.Name,
                    }),
            ],
            Fetching =
                seen.Fetching.Count == 0
                    ? null
                    :
                    [
                        .. seen.Fetching.Select(entry => new FetchingModel
                        {
                            Digest = entry.Digest.ToString(),
                            SizeBytes = entry.SizeBytes,
                            FromOrigin = entry.FromOrigin,
                        }),
                    ],
            MemoryCorrections = seen.Corrections,
            Summary = new NodeSummary
            {
                Devices = Summarize(devices, device => device.BudgetBytes),
                Free = Summarize(devices, device => Math.Max(0, device.BudgetBytes - device.ReservedBytes)),
                Engine = seen.Engines.FirstOrDefault(engine => engine.Problem is null) is { } engine
                    ? $"{engine.Kind} {engine.Version}".TrimEnd()
                    : null,
            },
        };
    }

    private static NodeDevice Device(LlmNode node, NodeObservation seen, DeviceReading device)
    {
        NodeDevice? before = node.Status?.Devices.FirstOrDefault(known => known.Name == device.Name);
        bool keeps = seen.KeepsReadings;
        return new NodeDevice
        {
            Name = device.Name,
            Kind = device.Kind,
            Product = device.Product,
            Uuid = device.Uuid,
            MemoryBytes = device.MemoryBytes,
            BudgetBytes = DeviceBudgets.Of(
                device,
                node.Spec.Budgets,
                option: null,
                seen.DefaultBudgets.GetValueOrDefault(device.Name)
            ),
            ReservedBytes = Reserved(seen, device.Name),
            UsedBytes = Steady(before?.UsedBytes, device.UsedBytes, UsedGrain, keeps) ?? 0,
            TemperatureCelsius = (int?)Steady(
                before?.TemperatureCelsius,
                device.TemperatureCelsius,
                TemperatureGrain,
                keeps
            ),
            UtilizationPercent = (int?)Steady(
                before?.UtilizationPercent,
                device.UtilizationPercent,
                UtilizationGrain,
                keeps
            ),
        };
    }

    // What takes turns (loading.memory Shared) holds as much as the largest of it.
    private static long Reserved(NodeObservation seen, string device)
    {
        ILookup<bool, long> held = seen.Replicas.ToLookup(
            replica => replica.Spec.Loading.Memory == LoadingMemory.Shared,
            replica =>
                replica
                    .Spec.Reservations.Where(reservation => reservation.Device == device)
                    .Sum(reservation => reservation.TotalBytes)
        );
        return held[false].Sum() + held[true].DefaultIfEmpty(0).Max();
    }

    private static IReadOnlyList<Condition> Conditions(
        LlmNode node,
        NodeObservation seen,
        NodeAgentOptions options,
        DateTimeOffset now
    )
    {
        IReadOnlyList<Condition> current = node.Status?.Conditions ?? [];
        long generation = node.Metadata.Generation;
        (bool ready, string reason, string message) =
            seen.IsStopping ? (false, LlmNodeConditions.AgentStopping, "The agent is stopping.")
            : seen.EngineProblem is { } problem ? (false, LlmNodeConditions.NoEngine, problem)
            : (true, LlmNodeConditions.AgentReady, "The agent reports, and an engine is there.");
        IReadOnlyList<Condition> conditions = current
            .Set(
                LlmNodeConditions.Ready,
                ready ? ConditionStatus.True : ConditionStatus.False,
                reason,
                message,
                generation,
                now
            )
            .WithProgress(LlmNodeConditions.Ready, reason == LlmNodeConditions.NoEngine, now);
        DeviceReading? fullest = seen.Devices.MaxBy(Percent);
        conditions = Pressure(
            conditions,
            LlmNodeConditions.MemoryPressure,
            fullest is null ? 0 : Percent(fullest),
            options.PressureThresholdPercent,
            $"memory of {fullest?.Name}",
            "memory of every device",
            "percent",
            generation,
            now
        );
        DeviceReading? hottest = seen.Devices.MaxBy(device => device.TemperatureCelsius ?? 0);
        conditions = Pressure(
            conditions,
            LlmNodeConditions.ThermalPressure,
            hottest?.TemperatureCelsius ?? 0,
            options.ThermalThresholdCelsius,
            $"temperature of {hottest?.Name}",
            "temperature of every device",
            "degrees Celsius",
            generation,
            now
        );
        long used = seen.Disk.TotalBytes - seen.Disk.FreeBytes;
        return Pressure(
            conditions,
            LlmNodeConditions.DiskPressure,
            seen.Disk.TotalBytes > 0 ? (int)(used * 100.0 / seen.Disk.TotalBytes) : 0,
            options.Watermarks.StartPercent,
            "use of the store's disk",
            "use of the store's disk",
            "percent",
            generation,
            now
        );
    }

    private static IReadOnlyList<Condition> Pressure(
        IReadOnlyList<Condition> current,
        string type,
        int value,
        int threshold,
        string what,
        string all,
        string unit,
        long generation,
        DateTimeOffset now
    )
    {
        bool holds = value >= (current.IsTrue(type) ? threshold - Hysteresis : threshold);
        return current.Set(
            type,
            holds ? ConditionStatus.True : ConditionStatus.False,
            holds ? LlmNodeConditions.AboveThreshold : LlmNodeConditions.BelowThreshold,
            // Which of several cool devices is the hottest changes with every look, and is not worth a write.
            holds
                ? $"The {what}, in {unit}, is at or above the threshold of {threshold}."
                : $"The {all}, in {unit}, is below the threshold of {threshold}.",
            generation,
            now
        );
    }

    private static int Percent(DeviceReading device) =>
        device.MemoryBytes > 0 ? (int)(device.UsedBytes * 100.0 / device.MemoryBytes) : 0;

    // A reading that trembles around the middle between two steps stays where it was.
    private static long? Steady(long? before, long? now, long grain, bool keeps) =>
        now is not { } number ? null
        : before is { } old && (keeps || Math.Abs(number - old) < grain) ? old
        : (number + grain / 2) / grain * grain;

    private static string Summarize(IEnumerable<NodeDevice> devices, Func<NodeDevice, long> bytes) =>
        string.Join(", ", devices.Select(device => $"{device.Name} {bytes(device) / Gibibyte:0.0}Gi"));
}
