namespace LlmOperator.Api.V1Alpha1;

/// <summary>Kinds of device that may hold a model.</summary>
public enum DevicePreference
{
    /// <summary>GPUs where they have room, else a part of the layers on GPUs, else the CPU.</summary>
    GpuPreferred,

    /// <summary>Only GPUs.</summary>
    GpuOnly,

    /// <summary>Only the CPU.</summary>
    CpuOnly,
}
