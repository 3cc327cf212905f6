namespace LlmOperator.Operator.Placement;

/// <summary>Which devices a model may use.</summary>
internal enum DevicePreference
{
    /// <summary>A GPU where one has room, else the CPU.</summary>
    GpuPreferred,

    /// <summary>GPUs alone.</summary>
    GpuOnly,

    /// <summary>The CPU alone.</summary>
    CpuOnly,
}
