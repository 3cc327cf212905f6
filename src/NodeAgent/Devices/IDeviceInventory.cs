namespace LlmOperator.NodeAgent.Devices;

/// <summary>The devices of the node.</summary>
internal interface IDeviceInventory
{
    /// <summary>Reads all devices; the CPU with the RAM is the first.</summary>
    Task<IReadOnlyList<DeviceReading>> ReadAsync(CancellationToken cancellationToken);
}
