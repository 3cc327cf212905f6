namespace LlmOperator.Api.V1Alpha1;

/// <summary>What a device is.</summary>
public enum DeviceKind
{
    /// <summary>The processor with the RAM.</summary>
    Cpu,

    /// <summary>A GPU with memory of its own.</summary>
    Gpu,

    /// <summary>A GPU that shares the RAM with the processor: its memory is the CPU's, not more.</summary>
    IntegratedGpu,
}
