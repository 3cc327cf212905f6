using LlmOperator.NodeAgent.Devices;

namespace LlmOperator.NodeAgent.Memory;

/// <summary>What the process of an engine uses, device by device.</summary>
/// <param name="devices">The node's devices.</param>
/// <param name="nvml">What the driver knows of processes.</param>
internal sealed class EngineMemory(IDeviceInventory devices, INvml nvml)
{
    /// <summary>Bytes by device; a device where nothing tells is left out.</summary>
    public IReadOnlyDictionary<string, long> Read(int processId, IEnumerable<string> names)
    {
        Dictionary<string, long> bytes = [];
        if (ProcessMemory.Read(processId) is { } ram)
        {
            bytes[DeviceReading.CpuName] = ram;
        }

        foreach (string name in names.Where(name => name != DeviceReading.CpuName))
        {
            if (devices.Last(name)?.Uuid is { } uuid && nvml.ProcessBytes(uuid, processId) is { } held)
            {
                bytes[name] = held;
            }
        }

        return bytes;
    }
}
