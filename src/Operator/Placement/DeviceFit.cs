namespace LlmOperator.Operator.Placement;

/// <summary>A candidate held against a device of a node.</summary>
/// <param name="Device">The device that would hold the layers.</param>
/// <param name="Claims">What would be claimed.</param>
/// <param name="FreeBytes">Bytes that are left of the device now.</param>
/// <param name="MissingBytes">Bytes that are missing, RAM included; 0 when it fits.</param>
internal sealed record DeviceFit(
    PlacementDevice Device,
    IReadOnlyList<DeviceClaim> Claims,
    long FreeBytes,
    long MissingBytes
)
{
    /// <summary>True when there is room.</summary>
    public bool Fits => MissingBytes == 0;

    /// <summary>Holds a candidate against every device of a layout that the node has.</summary>
    public static IEnumerable<DeviceFit> Of(
        NodeLedger ledger,
        PlacementCandidate candidate,
        DeviceLayout layout
    ) => layout == DeviceLayout.Cpu ? OnCpu(ledger, candidate) : OnGpus(ledger, candidate);

    private static IEnumerable<DeviceFit> OnCpu(NodeLedger ledger, PlacementCandidate candidate)
    {
        if (candidate.OnCpu is { } terms && ledger.Cpu is { } cpu)
        {
            long free = ledger.Free(cpu);
            yield return new DeviceFit(
                cpu,
                [new DeviceClaim(cpu.Name, terms)],
                free,
                Math.Max(0, terms.Total - free)
            );
        }
    }

    private static IEnumerable<DeviceFit> OnGpus(NodeLedger ledger, PlacementCandidate candidate)
    {
        if (candidate.OnGpu is not { } terms)
        {
            yield break;
        }

        long beside = candidate.BesideGpu.Total;
        foreach (PlacementDevice gpu in ledger.Devices.Where(d => d.Kind != DeviceKind.Cpu))
        {
            List<DeviceClaim> claims = [new DeviceClaim(gpu.Name, terms)];
            if (beside > 0 && ledger.Cpu is { } cpu)
            {
                claims.Add(new DeviceClaim(cpu.Name, candidate.BesideGpu));
            }

            long free = ledger.Free(gpu);
            long ram = beside + (gpu.Kind == DeviceKind.IntegratedGpu ? terms.Total : 0);
            long missingRam = ram == 0 ? 0 : Math.Max(0, ram - (ledger.Cpu is { } c ? ledger.Free(c) : 0));
            long missing = Math.Max(0, terms.Total - free);
            // An integrated GPU lacks the same bytes on both; they are not missing twice.
            missing =
                gpu.Kind == DeviceKind.IntegratedGpu ? Math.Max(missing, missingRam) : missing + missingRam;
            yield return new DeviceFit(gpu, claims, free, missing);
        }
    }
}
