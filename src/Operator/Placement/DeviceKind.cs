namespace LlmOperator.Operator.Placement;

/// <summary>What a device is.</summary>
internal enum DeviceKind
{
    /// <summary>The processor with the RAM.</summary>
    Cpu,

    /// <summary>A GPU with memory of its own.</summary>
    Gpu,

    /// <summary>A GPU that takes its memory from the RAM: what it holds counts on the CPU as well.</summary>
    IntegratedGpu,
}
