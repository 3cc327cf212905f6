namespace LlmOperator.NodeAgent.Devices;

/// <summary>What NVIDIA's management library says.</summary>
internal interface INvml
{
    /// <summary>GPUs in the library's order; empty where there is no library, no driver or no GPU.</summary>
    IReadOnlyList<NvmlReading> Read();

    /// <summary>
    /// Bytes that a process holds on a GPU; null where the library does not say: an old driver, a card in MIG mode, or
    /// a process that the driver knows by another number, as in a container without the host's process ids.
    /// </summary>
    /// <param name="uuid">The GPU.</param>
    /// <param name="processId">The process.</param>
    long? ProcessBytes(string uuid, int processId);
}
