using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines;

namespace LlmOperator.NodeAgent.Devices;

/// <summary>
/// RAM and processor from the system, GPUs from what the engine lists, with what NVML knows of them. Without an engine
/// the GPUs are NVML's. Which have no memory of their own <see cref="SharedMemoryGpus"/> says.
/// One reader at a time.
/// </summary>
/// <param name="engineDevices">What the engine listed last; null when there is no engine.</param>
/// <param name="nvml">NVIDIA's library.</param>
/// <param name="root">Root of the file system; another one in tests.</param>
internal sealed class DeviceInventory(
    Func<IReadOnlyList<EngineDevice>?> engineDevices,
    INvml nvml,
    string root = "/"
) : IDeviceInventory
{
    private const string CudaPrefix = "CUDA";
    private readonly CpuLoad _load = new(root);
    private volatile IReadOnlyList<DeviceReading> _last = [];

    public Task<IReadOnlyList<DeviceReading>> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        HostMemory memory = HostMemory.Read(root);
        IReadOnlyList<NvmlReading> cards = nvml.Read();
        List<DeviceReading> readings =
        [
            new DeviceReading
            {
                Name = DeviceReading.CpuName,
                Kind = DeviceKind.Cpu,
                MemoryBytes = memory.TotalBytes,
                UsedBytes = Math.Max(0, memory.TotalBytes - memory.AvailableBytes),
                UtilizationPercent = _load.Read(),
            },
        ];
        readings.AddRange(
            engineDevices() is { } listed
                ? OfEngine(listed, cards, memory)
                : cards.Select((card, index) => OfCard($"{CudaPrefix}{index}", card))
        );
        _last = readings;
        return Task.FromResult<IReadOnlyList<DeviceReading>>(readings);
    }

    public DeviceReading? Last(string name) => _last.FirstOrDefault(device => device.Name == name);

    private IEnumerable<DeviceReading> OfEngine(
        IReadOnlyList<EngineDevice> listed,
        IReadOnlyList<NvmlReading> cards,
        HostMemory memory
    )
    {
        SharedMemoryGpus shared = new(root);
        return listed.Select(device =>
            shared.Contains(device) ? OfShared(device, memory)
            : CardOf(device, cards) is { } card ? OfCard(device.Name, card)
            : OfOwn(device, shared.OwnBytes(device))
        );
    }

    // What the engine listed is some time old; what is free of the RAM is not.
    private static DeviceReading OfShared(EngineDevice device, HostMemory memory)
    {
        long total = Math.Min(device.TotalBytes, memory.TotalBytes);
        return new DeviceReading
        {
            Name = device.Name,
            Kind = DeviceKind.IntegratedGpu,
            Product = device.Description,
            MemoryBytes = total,
            UsedBytes = Math.Max(0, total - memory.AvailableBytes),
        };
    }

    private static DeviceReading OfOwn(EngineDevice device, long total) =>
        new()
        {
            Name = device.Name,
            Kind = DeviceKind.Gpu,
            Product = device.Description,
            MemoryBytes = total,
            UsedBytes = Math.Max(0, total - Math.Min(total, device.FreeBytes)),
        };

    // CUDA0 is the first card that the engine sees, which is NVML's first unless some are hidden: the product's name
    // must agree.
    private static NvmlReading? CardOf(EngineDevice device, IReadOnlyList<NvmlReading> cards) =>
        device.Name.StartsWith(CudaPrefix, StringComparison.Ordinal)
        && int.TryParse(device.Name[CudaPrefix.Length..], out int index)
        && index < cards.Count
        && device.Description.Contains(cards[index].Product, StringComparison.OrdinalIgnoreCase)
            ? cards[index]
            : null;

    private static DeviceReading OfCard(string name, NvmlReading card) =>
        new()
        {
            Name = name,
            Kind = DeviceKind.Gpu,
            Product = card.Product,
            Uuid = card.Uuid,
            MemoryBytes = card.TotalBytes,
            UsedBytes = card.UsedBytes,
            TemperatureCelsius = card.TemperatureCelsius,
            UtilizationPercent = card.UtilizationPercent,
        };
}
