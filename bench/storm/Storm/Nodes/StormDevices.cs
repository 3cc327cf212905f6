using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Storm.Nodes;

/// <summary>Devices and disk of a node: RAM, and on two nodes of three two GPUs. What is used trembles a little.</summary>
internal sealed class StormDevices(int node, Random random) : IDeviceInventory, IDiskSpace
{
    private const long Gibibyte = 1L << 30;
    private volatile IReadOnlyList<DeviceReading> _last = [];

    public DeviceReading? Last(string name) => _last.FirstOrDefault(d => d.Name == name);

    public Task<IReadOnlyList<DeviceReading>> ReadAsync(CancellationToken cancellationToken)
    {
        List<DeviceReading> readings =
        [
            new DeviceReading
            {
                Name = DeviceReading.CpuName,
                Kind = DeviceKind.Cpu,
                MemoryBytes = 128 * Gibibyte,
                UsedBytes = (6 * Gibibyte) + random.Next(1 << 28),
                UtilizationPercent = random.Next(20),
            },
        ];
        for (int gpu = 0; gpu < (node % 3 == 0 ? 0 : 2); gpu++)
        {
            readings.Add(
                new DeviceReading
                {
                    Name = $"CUDA{gpu}",
                    Kind = DeviceKind.Gpu,
                    Product = "Storm 24G",
                    Uuid = $"GPU-{node:D4}-{gpu}",
                    MemoryBytes = 24 * Gibibyte,
                    UsedBytes = random.Next(1 << 26),
                    TemperatureCelsius = 40 + random.Next(4),
                    UtilizationPercent = random.Next(10),
                }
            );
        }

        _last = readings;
        return Task.FromResult<IReadOnlyList<DeviceReading>>(readings);
    }

    public DiskRoom Measure(string folder) => new(1024 * Gibibyte, (800 * Gibibyte) - random.Next(1 << 26));
}
