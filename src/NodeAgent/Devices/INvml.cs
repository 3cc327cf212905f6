namespace LlmOperator.NodeAgent.Devices;

/// <summary>What NVIDIA's management library says.</summary>
internal interface INvml
{
    /// <summary>GPUs in the library's order; empty where there is no library, no driver or no GPU.</summary>
    IReadOnlyList<NvmlReading> Read();
}
