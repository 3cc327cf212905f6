namespace LlmOperator.Operator.Placement;

/// <summary>The room of a node from a model's point of view.</summary>
/// <param name="Ledger">Books of the node.</param>
/// <param name="IsShared">Whether the model would take turns with others.</param>
/// <param name="IsLater">Whether those on their way out count as gone.</param>
internal sealed record FreeMemory(NodeLedger Ledger, bool IsShared, bool IsLater = false)
{
    /// <summary>Bytes that are left of a device; an integrated GPU has no more than the RAM has left.</summary>
    public long Of(int device)
    {
        long own = Own(device);
        return Ledger.Devices[device].Kind == DeviceKind.IntegratedGpu && Ledger.CpuIndex >= 0
            ? Math.Min(own, Own(Ledger.CpuIndex))
            : own;
    }

    /// <summary>Bytes that are left of the RAM; 0 when the node lists none.</summary>
    public long OfCpu() => Ledger.CpuIndex < 0 ? 0 : Own(Ledger.CpuIndex);

    /// <summary>Bytes that claims lack; what lacks on an integrated GPU and in RAM is the same.</summary>
    public long Missing(IReadOnlyList<DeviceClaim> claims)
    {
        long[] needs = Ledger.Needs(claims);
        long discrete = 0;
        long integrated = 0;
        long ram = 0;
        for (int device = 0; device < needs.Length; device++)
        {
            long missing = needs[device] == 0 ? 0 : Math.Max(0, needs[device] - Own(device));
            switch (Ledger.Devices[device].Kind)
            {
                case DeviceKind.Cpu:
                    ram += missing;
                    break;
                case DeviceKind.IntegratedGpu:
                    integrated += missing;
                    break;
                default:
                    discrete += missing;
                    break;
            }
        }

        // Claims on a device that the node does not list are missing in full.
        long unknown = claims.Sum(c => Ledger.IndexOf(c.Device) < 0 ? c.Terms.Total : 0);
        return discrete + Math.Max(integrated, ram) + unknown;
    }

    private long Own(int device) =>
        IsLater ? Ledger.FreeLater(device, IsShared) : Ledger.Free(device, IsShared);
}
