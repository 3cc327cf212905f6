namespace LlmOperator.Operator.Placement;

/// <summary>
/// The books of one node: what its devices may hold and what is claimed, now and after those on their way out have
/// left. A claim fits only when it fits into both. Not thread-safe.
/// </summary>
internal sealed class NodeLedger
{
    private readonly MemoryBook[] _now;
    private readonly MemoryBook[] _later;
    private readonly Dictionary<string, long> _pulls = [];

    public NodeLedger(PlacementNode node)
    {
        Node = node;
        // By name, so that equal devices are always taken in the same order.
        Devices = [.. node.Devices.OrderBy(d => d.Name, StringComparer.Ordinal)];
        CpuIndex = IndexOf(d => d.Kind == DeviceKind.Cpu);
        Gpus = [.. Enumerable.Range(0, Devices.Count).Where(i => Devices[i].Kind != DeviceKind.Cpu)];
        _now = [.. Devices.Select(_ => new MemoryBook())];
        _later = [.. Devices.Select(_ => new MemoryBook())];
    }

    private NodeLedger(NodeLedger other)
    {
        Node = other.Node;
        Devices = other.Devices;
        CpuIndex = other.CpuIndex;
        Gpus = other.Gpus;
        _now = Array.ConvertAll(other._now, b => b.Copy());
        _later = Array.ConvertAll(other._later, b => b.Copy());
        _pulls = new(other._pulls);
    }

    public PlacementNode Node { get; }

    public IReadOnlyList<PlacementDevice> Devices { get; }

    /// <summary>Index of the device with the RAM; -1 when the node lists none.</summary>
    public int CpuIndex { get; }

    /// <summary>Indexes of the GPUs, in the order of their names.</summary>
    public int[] Gpus { get; }

    /// <summary>The device with the RAM; null when the node lists none.</summary>
    public PlacementDevice? Cpu => CpuIndex < 0 ? null : Devices[CpuIndex];

    /// <summary>Bytes of a device that are claimed now.</summary>
    public long Claimed(int device) => _now[device].Total;

    /// <summary>Bytes of a device that a claim has to fit into; negative when its budget shrank below what is claimed.</summary>
    public long Free(int device, bool isShared = false) =>
        Math.Min(
            _now[device].Free(Devices[device].BudgetBytes, isShared),
            _later[device].Free(Devices[device].BudgetBytes, isShared)
        );

    /// <summary>As <see cref="Free"/>, once those on their way out have left.</summary>
    public long FreeLater(int device, bool isShared = false) =>
        _later[device].Free(Devices[device].BudgetBytes, isShared);

    /// <summary>Terms on a device of this node, with the overhead that was learned here in place of the general one.</summary>
    public MemoryTerms TermsOn(int device, MemoryTerms terms, PlacementCandidate candidate) =>
        candidate.Architecture is { } architecture
        && Node.LearnedOverheads.TryGetValue((Devices[device].Kind, architecture), out long overhead)
            ? terms with
            {
                Overhead = overhead,
            }
            : terms;

    /// <summary>True when something is on its way out.</summary>
    public bool IsClearing => _now.Zip(_later).Any(b => b.First.Total > b.Second.Total);

    /// <summary>Books claims.</summary>
    public void Claim(IEnumerable<DeviceClaim> claims, bool isShared, ClaimKind kind = ClaimKind.Held) =>
        Book(claims, isShared, kind, isNew: true);

    /// <summary>Takes claims back.</summary>
    public void Release(IEnumerable<DeviceClaim> claims, bool isShared, ClaimKind kind = ClaimKind.Held) =>
        Book(claims, isShared, kind, isNew: false);

    /// <summary>Turns what is held into something on its way out.</summary>
    public void BeginLeaving(IEnumerable<DeviceClaim> claims, bool isShared) =>
        Release(claims, isShared, ClaimKind.Awaited);

    /// <summary>Takes back <see cref="BeginLeaving"/>.</summary>
    public void Return(IEnumerable<DeviceClaim> claims, bool isShared) =>
        Claim(claims, isShared, ClaimKind.Awaited);

    /// <summary>Bytes of a candidate's file that are neither stored nor on their way.</summary>
    public long PullBytes(PlacementCandidate candidate) =>
        candidate.Digest is { } digest && _pulls.ContainsKey(digest)
            ? 0
            : Math.Max(
                0,
                candidate.FileBytes
                    - (candidate.Digest is null ? 0 : Node.Stored.GetValueOrDefault(candidate.Digest))
            );

    /// <summary>True when the disk has room for a candidate's file, as far as that is known.</summary>
    public bool HasDiskFor(PlacementCandidate candidate) => MissingDisk(candidate) == 0;

    /// <summary>Bytes of the disk that a candidate's file lacks; 0 when it has room, is there, or nothing is known.</summary>
    public long MissingDisk(PlacementCandidate candidate)
    {
        if (
            Node.DiskBytes is not { } disk
            || (candidate.Digest is { } digest && Node.Coming.Contains(digest))
            || PullBytes(candidate) is not (> 0 and var bytes)
        )
        {
            return 0;
        }

        return Math.Max(0, bytes - (disk - _pulls.Values.Sum()));
    }

    /// <summary>Books a candidate's file on the disk.</summary>
    public void Pull(PlacementCandidate candidate)
    {
        long bytes = PullBytes(candidate);
        if (bytes > 0)
        {
            _pulls[candidate.Digest ?? candidate.Id] = bytes;
        }
    }

    /// <summary>Index of a device by its name; -1 when the node does not list it.</summary>
    public int IndexOf(string device) => IndexOf(d => d.Name == device);

    /// <summary>True when a claim counts on a device: on its own, and an integrated GPU's on the CPU.</summary>
    public bool CountsOn(DeviceClaim claim, int device) =>
        claim.Device == Devices[device].Name
        || (
            device == CpuIndex
            && IndexOf(claim.Device) is >= 0 and int own
            && Devices[own].Kind == DeviceKind.IntegratedGpu
        );

    /// <summary>Books of its own with the same entries.</summary>
    public NodeLedger Copy() => new(this);

    /// <summary>
    /// Bytes of each device that claims need together: those on an integrated GPU count on the CPU as well.
    /// </summary>
    public long[] Needs(IEnumerable<DeviceClaim> claims)
    {
        long[] needs = new long[Devices.Count];
        foreach (DeviceClaim claim in claims)
        {
            if (IndexOf(claim.Device) is >= 0 and int device)
            {
                needs[device] += claim.Terms.Total;
                if (CpuIndex >= 0 && Devices[device].Kind == DeviceKind.IntegratedGpu)
                {
                    needs[CpuIndex] += claim.Terms.Total;
                }
            }
        }

        return needs;
    }

    private void Book(IEnumerable<DeviceClaim> claims, bool isShared, ClaimKind kind, bool isNew)
    {
        // Per replica and device, not per claim: what one replica needs in two places does not take turns.
        long[] needs = Needs(claims);
        for (int device = 0; device < needs.Length; device++)
        {
            if (needs[device] > 0)
            {
                Book(device, needs[device], isShared, kind, isNew);
            }
        }
    }

    private void Book(int device, long bytes, bool isShared, ClaimKind kind, bool isNew)
    {
        if (kind != ClaimKind.Awaited)
        {
            Write(_now[device], bytes, isShared, isNew);
        }

        if (kind != ClaimKind.Leaving)
        {
            Write(_later[device], bytes, isShared, isNew);
        }
    }

    private static void Write(MemoryBook book, long bytes, bool isShared, bool isNew)
    {
        if (isNew)
        {
            book.Add(bytes, isShared);
        }
        else
        {
            book.Remove(bytes, isShared);
        }
    }

    private int IndexOf(Func<PlacementDevice, bool> wanted)
    {
        for (int i = 0; i < Devices.Count; i++)
        {
            if (wanted(Devices[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
