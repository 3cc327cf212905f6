using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.NodeAgent.Devices;

namespace LlmOperator.NodeAgent.Memory;

/// <summary>The three numbers of a replica's memory beside each other: planned, projected, observed. Pure.</summary>
internal static class MemoryTruth
{
    /// <summary>What was reserved, and what the engine says that it will need; null when it does not say.</summary>
    public static ReplicaMemory Planned(
        IReadOnlyList<DeviceReservation> reservations,
        EngineProjection? projection
    )
    {
        Dictionary<string, long> projected =
            projection?.Devices.ToDictionary(device => NameOf(device.Name), device => device.TotalBytes)
            ?? [];
        return new ReplicaMemory
        {
            Projected = projection is null ? null : projected.Values.Sum(),
            Devices =
            [
                .. reservations
                    .Select(reservation => reservation.Device)
                    .Union(projected.Keys)
                    .Order(StringComparer.Ordinal)
                    .Select(name => new ReplicaDeviceMemory
                    {
                        Device = name,
                        Planned = reservations
                            .Where(reservation => reservation.Device == name)
                            .Sum(reservation => reservation.TotalBytes),
                        Projected = projected.TryGetValue(name, out long bytes) ? bytes : null,
                    }),
            ],
        };
    }

    /// <summary>With what was measured; devices that nobody planned for are added.</summary>
    public static ReplicaMemory Observed(ReplicaMemory memory, IReadOnlyDictionary<string, long> bytes)
    {
        IReadOnlyList<ReplicaDeviceMemory> known = memory.Devices ?? [];
        IReadOnlyList<ReplicaDeviceMemory> devices =
        [
            .. known
                .UnionBy(
                    bytes.Keys.Select(name => new ReplicaDeviceMemory { Device = name }),
                    device => device.Device
                )
                .OrderBy(device => device.Device, StringComparer.Ordinal)
                .Select(device =>
                    device with
                    {
                        Observed = bytes.TryGetValue(device.Device, out long observed) ? observed : null,
                    }
                ),
        ];
        return memory with
        {
            Observed = bytes.Values.Sum(),
            Error = devices.Where(device => device.Observed is not null).Sum(Difference),
            Devices = devices,
        };
    }

    /// <summary>After the engine has left memory.</summary>
    public static ReplicaMemory Unloaded(ReplicaMemory memory) =>
        memory with
        {
            Observed = null,
            Error = null,
            Devices = memory.Devices is { } devices
                ? [.. devices.Select(device => device with { Observed = null })]
                : null,
        };

    /// <summary>The node's name of a row of the projection.</summary>
    public static string NameOf(string projected) =>
        projected == EngineProjection.HostName ? DeviceReading.CpuName : projected;

    private static long Difference(ReplicaDeviceMemory device) => (device.Observed ?? 0) - device.Planned;
}
