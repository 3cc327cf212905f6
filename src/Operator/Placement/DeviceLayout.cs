namespace LlmOperator.Operator.Placement;

/// <summary>Where the layers of a replica are.</summary>
internal enum DeviceLayout
{
    /// <summary>All on one GPU.</summary>
    Gpu,

    /// <summary>All on the CPU.</summary>
    Cpu,
}
