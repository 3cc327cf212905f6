namespace LlmOperator.Operator.Placement;

/// <summary>A machine, as placement sees it.</summary>
internal sealed record PlacementNode
{
    /// <summary>Unique.</summary>
    public required string Name { get; init; }

    /// <summary>Labels, for selectors and spreading.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What models have to tolerate.</summary>
    public IReadOnlyList<PlacementTaint> Taints { get; init; } = [];

    /// <summary>Whether it can be counted on.</summary>
    public NodeState State { get; init; }

    /// <summary>Takes nothing new because somebody said so.</summary>
    public bool IsCordoned { get; init; }

    /// <summary>It is hot or short of memory: other nodes come first.</summary>
    public bool IsUnderPressure { get; init; }

    /// <summary>Kinds of engine that work there.</summary>
    public IReadOnlyList<string> Engines { get; init; } = [];

    /// <summary>Devices with their budgets.</summary>
    public IReadOnlyList<PlacementDevice> Devices { get; init; } = [];

    /// <summary>Bytes that are stored there, by the digest of the whole file; less than the file while it is pulled.</summary>
    public IReadOnlyDictionary<string, long> Stored { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// What loads taught about the bytes that engine and driver take beyond the engine's buffers, by kind of device and
    /// architecture; it stands in for the general overhead.
    /// </summary>
    public IReadOnlyDictionary<(DeviceKind Kind, string Architecture), long> LearnedOverheads { get; init; } =
        new Dictionary<(DeviceKind, string), long>();

    /// <summary>
    /// Bytes that new files may take beside those that <see cref="Coming"/> still needs; negative when these have no room
    /// either, null when that is not known.
    /// </summary>
    public long? DiskBytes { get; init; }

    /// <summary>Digests of files that replicas of the node pull already, so that their bytes are counted.</summary>
    public IReadOnlySet<string> Coming { get; init; } = new HashSet<string>();
}
