namespace LlmOperator.Operator.Placement;

/// <summary>Where the layers of a replica are.</summary>
internal enum DeviceLayout
{
    /// <summary>All on one GPU.</summary>
    Gpu,

    /// <summary>All on several GPUs of one node.</summary>
    SeveralGpus,

    /// <summary>All on one GPU, but the experts of the first layers on the CPU.</summary>
    ExpertsOnCpu,

    /// <summary>Some on GPUs, the rest on the CPU.</summary>
    Partial,

    /// <summary>All on the CPU.</summary>
    Cpu,
}
