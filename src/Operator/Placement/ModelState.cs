namespace LlmOperator.Operator.Placement;

/// <summary>What a plan holds for one model so far.</summary>
internal sealed class ModelState(PlacementModel model)
{
    public PlacementModel Model => model;

    /// <summary>Replicas that shall exist, by node.</summary>
    public SortedDictionary<string, PlacementAssignment> Assignments { get; } = new(StringComparer.Ordinal);

    /// <summary>Replicas that shall go.</summary>
    public List<PlacementRemoval> Removals { get; } = [];

    /// <summary>Nodes where the replica's name is taken: one that exists, even on its way out.</summary>
    public HashSet<string> OccupiedNodes { get; } = [];

    /// <summary>
    /// Replicas of the wanted kind that exist or will; one that is outdated counts until its successor answers.
    /// </summary>
    public int CountTowardsWanted => Assignments.Values.Count(a => !Superseded.Contains(a.Node));

    /// <summary>Some replica that is wanted found no place.</summary>
    public bool Lacks { get; set; }

    /// <summary>Outdated replicas that a new one elsewhere will take the place of.</summary>
    public HashSet<string> Superseded { get; } = [];

    /// <summary>The replica of the snapshot on a node.</summary>
    public PlacementReplica? ExistingOn(string node) =>
        model.Existing.FirstOrDefault(r => r.Node == node && !r.IsDeleting);

    /// <summary>True when the replica on a node answers requests.</summary>
    public bool IsHealthy(string node) => ExistingOn(node)?.IsHealthy == true;

    /// <summary>Removes a replica; its bytes stay claimed until it is gone.</summary>
    public void Remove(string node, RemovalReason reason)
    {
        Assignments.Remove(node);
        Removals.Add(new PlacementRemoval(model.Key, node, reason));
    }
}
