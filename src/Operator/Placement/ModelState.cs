namespace LlmOperator.Operator.Placement;

/// <summary>What a plan holds for one model so far.</summary>
internal sealed class ModelState
{
    private readonly Dictionary<string, PlacementReplica> _existing;
    private IReadOnlyList<Rung>? _ladder;

    public ModelState(PlacementModel model)
    {
        Model = model;
        Wanted = model.Replicas;
        _existing = model
            .Existing.Where(r => !r.IsDeleting)
            .DistinctBy(r => r.Node)
            .ToDictionary(r => r.Node);
    }

    private ModelState(ModelState other)
    {
        Model = other.Model;
        _existing = other._existing;
        Wanted = other.Wanted;
        _ladder = other._ladder;
        Lacks = other.Lacks;
        AwaitedNodes = [.. other.AwaitedNodes];
        Assignments = new(other.Assignments, StringComparer.Ordinal);
        Removals = [.. other.Removals];
        OccupiedNodes = [.. other.OccupiedNodes];
        Superseded = [.. other.Superseded];
    }

    public PlacementModel Model { get; }

    /// <summary>Ways to load it in the order in which they are tried.</summary>
    public IReadOnlyList<Rung> Ladder => _ladder ??= Placement.Ladder.Of(Model);

    /// <summary>Replicas wanted; with one on every node, as many as there are nodes that suit.</summary>
    public int Wanted { get; set; }

    /// <summary>Replicas that shall exist, by node.</summary>
    public SortedDictionary<string, PlacementAssignment> Assignments { get; } = new(StringComparer.Ordinal);

    /// <summary>Replicas that shall go.</summary>
    public List<PlacementRemoval> Removals { get; } = [];

    /// <summary>Nodes where the replica's name is taken: one that exists, even on its way out.</summary>
    public HashSet<string> OccupiedNodes { get; } = [];

    /// <summary>
    /// Replicas of the wanted kind that exist or will; one that is outdated counts until its successor answers.
    /// </summary>
    public int CountTowardsWanted => Assignments.Count - Superseded.Count;

    /// <summary>Replicas that are missing.</summary>
    public int Missing => Model.IsUnknown ? 0 : Math.Max(0, Wanted - CountTowardsWanted);

    /// <summary>Some replica that is wanted found no place.</summary>
    public bool Lacks { get; set; }

    /// <summary>Nodes where it waits for others to leave.</summary>
    public List<string> AwaitedNodes { get; } = [];

    /// <summary>Outdated replicas that a new one elsewhere will take the place of.</summary>
    public HashSet<string> Superseded { get; } = [];

    /// <summary>The replica of the snapshot on a node.</summary>
    public PlacementReplica? ExistingOn(string node) => _existing.GetValueOrDefault(node);

    /// <summary>True when the replica on a node answers requests.</summary>
    public bool IsHealthy(string node) => ExistingOn(node)?.IsHealthy == true;

    /// <summary>True for a rung whose memory did not do on a node, and for every better one.</summary>
    public bool IsExhausted(string node, Rung rung) =>
        ExistingOn(node) is { Exhausted.Count: > 0 } replica
        && Ladder.Any(r => r.Order >= rung.Order && replica.Exhausted.Contains(r.Key));

    /// <summary>Removes a replica; its bytes stay claimed until it is gone.</summary>
    public void Remove(NodeLedger? ledger, string node, RemovalReason reason)
    {
        if (ExistingOn(node) is { } replica)
        {
            ledger?.BeginLeaving(replica.Claims, replica.IsShared);
        }

        Assignments.Remove(node);
        Superseded.Remove(node);
        Removals.Add(new PlacementRemoval(Model.Key, node, reason));
    }

    /// <summary>A state of its own that looks the same.</summary>
    public ModelState Copy() => new(this);
}
