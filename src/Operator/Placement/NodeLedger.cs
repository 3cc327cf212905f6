namespace LlmOperator.Operator.Placement;

/// <summary>The books of one node: what its devices may hold and what is claimed. Not thread-safe.</summary>
internal sealed class NodeLedger
{
    private readonly Dictionary<string, long> _claimed = [];

    public NodeLedger(PlacementNode node)
    {
        Node = node;
        // By name, so that equal devices are always taken in the same order.
        Devices = [.. node.Devices.OrderBy(d => d.Name, StringComparer.Ordinal)];
        Cpu = Devices.FirstOrDefault(d => d.Kind == DeviceKind.Cpu);
    }

    public PlacementNode Node { get; }

    public IReadOnlyList<PlacementDevice> Devices { get; }

    /// <summary>The device with the RAM; null when the node lists none.</summary>
    public PlacementDevice? Cpu { get; }

    /// <summary>Bytes claimed of a device.</summary>
    public long Claimed(string device) => _claimed.GetValueOrDefault(device);

    /// <summary>Bytes that are left of a device; negative when its budget shrank below what is claimed.</summary>
    public long Free(PlacementDevice device) => device.BudgetBytes - Claimed(device.Name);

    /// <summary>Books claims.</summary>
    public void Claim(IEnumerable<DeviceClaim> claims) => Book(claims, 1);

    /// <summary>Takes claims back.</summary>
    public void Release(IEnumerable<DeviceClaim> claims) => Book(claims, -1);

    /// <summary>True when a claim counts on a device: on its own, and an integrated GPU's on the CPU.</summary>
    public bool CountsOn(DeviceClaim claim, PlacementDevice device) =>
        claim.Device == device.Name
        || (device == Cpu && Devices.Any(d => d.Name == claim.Device && d.Kind == DeviceKind.IntegratedGpu));

    private void Book(IEnumerable<DeviceClaim> claims, int sign)
    {
        foreach (DeviceClaim claim in claims)
        {
            Add(claim.Device, sign * claim.Terms.Total);
            if (Cpu is not null && claim.Device != Cpu.Name && CountsOn(claim, Cpu))
            {
                Add(Cpu.Name, sign * claim.Terms.Total);
            }
        }
    }

    private void Add(string device, long bytes) => _claimed[device] = Claimed(device) + bytes;
}
