using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.NodeAgent.Devices;

/// <summary>Memory of each device that models may use.</summary>
internal static class DeviceBudgets
{
    private const long Gibibyte = 1L << 30;
    private const long Mebibyte = 1L << 20;

    /// <summary>
    /// The default of a device: RAM that was available at the start less 1 GiB or a tenth, also where a GPU shares it, and
    /// a GPU's own memory less 512 MiB or 3 %, whichever is more.
    /// </summary>
    public static long Default(DeviceReading atStart) =>
        atStart.Kind == DeviceKind.Gpu
            ? Math.Max(0, atStart.MemoryBytes - Math.Max(512 * Mebibyte, (long)(atStart.MemoryBytes * 0.03)))
            : Math.Max(0, atStart.AvailableBytes - Math.Max(Gibibyte, (long)(atStart.AvailableBytes * 0.10)));

    /// <summary>What the spec says, else what the agent was told, else the default; never more than there is.</summary>
    public static long Of(
        DeviceReading device,
        IReadOnlyList<DeviceBudget>? spec,
        long? option,
        long defaultBytes
    )
    {
        DeviceBudget? wanted = spec?.FirstOrDefault(budget => budget.Device == device.Name);
        return Math.Min(device.MemoryBytes, wanted?.Memory.Bytes ?? option ?? defaultBytes);
    }
}
