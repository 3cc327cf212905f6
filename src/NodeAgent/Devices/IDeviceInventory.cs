namespace LlmOperator.NodeAgent.Devices;

/// <summary>The devices of the node.</summary>
internal interface IDeviceInventory
{
    /// <summary>Reads all devices; the CPU with the RAM is the first.</summary>
    Task<IReadOnlyList<DeviceReading>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The device as it was read last; null when it was not there. Thread-safe.</summary>
    DeviceReading? Last(string name);
}
