using LlmOperator.Operator.Placement;
using static LlmOperator.Operator.Tests.Placement.Fleet;

namespace LlmOperator.Operator.Tests.Placement;

/// <summary>
/// An API server's replicas, an operator that plans from them and writes one object at a time, and agents that follow
/// late. The books are those of the product: claims as <see cref="Replica.Held"/> has them, plans from the planner.
/// </summary>
internal sealed class SimulatedFleet
{
    private readonly Random _random;
    private readonly PlacementNode[] _nodes;
    private readonly List<PlacementModel> _models = [];
    private readonly Dictionary<(string Model, string Node), Replica> _replicas = [];
    private readonly Queue<Action> _writes = new();

    public SimulatedFleet(Random random)
    {
        _random = random;
        _nodes =
        [
            .. Enumerable
                .Range(0, random.Next(1, 4))
                .Select(i =>
                    Node(
                        $"n{i}",
                        random.Next(8, 40),
                        [.. Enumerable.Range(0, random.Next(0, 3)).Select(_ => random.NextInt64(6, 30))]
                    )
                ),
        ];
        for (int i = random.Next(2, 7); i > 0; i--)
        {
            _models.Add(RandomModel($"m{i}"));
        }
    }

    /// <summary>What is wrong; null when every budget is kept.</summary>
    public string? Overcommit { get; private set; }

    /// <summary>One thing happens.</summary>
    public void Step()
    {
        switch (_random.Next(8))
        {
            case 0:
                Plan();
                break;
            case 1:
                // The operator dies in the middle of its writes; the next one begins with a plan.
                _writes.Clear();
                break;
            case 2:
                int model = _random.Next(_models.Count);
                _models[model] = RandomModel(_models[model].Key);
                break;
            case 3:
                Agent(crashes: true);
                break;
            case 4:
            case 5:
                Agent(crashes: false);
                break;
            default:
                if (_writes.TryDequeue(out Action? write))
                {
                    write();
                }

                break;
        }

        Check();
    }

    /// <summary>Lets everything finish; false when it does not.</summary>
    public bool Settle()
    {
        for (int round = 0; round < 60; round++)
        {
            Plan();
            bool isQuiet = _writes.Count == 0;
            while (_writes.TryDequeue(out Action? write))
            {
                write();
                Check();
            }

            foreach (Replica replica in _replicas.Values.ToList())
            {
                Follow(replica);
                Check();
            }

            if (isQuiet && _replicas.Values.All(r => !r.IsDeleting && r.IsTaken))
            {
                return true;
            }
        }

        return false;
    }

    private void Plan()
    {
        // A pass that would write looks at a live list first; its writes then follow one by one.
        PlacementPlan plan = PlacementPlanner.Plan(
            new PlacementSnapshot
            {
                Nodes = _nodes,
                Models =
                [
                    .. _models.Select(m =>
                        m with
                        {
                            Existing =
                            [
                                .. _replicas.Values.Where(r => r.Model == m.Key).Select(r => r.ToPlacement()),
                            ],
                        }
                    ),
                ],
            }
        );
        _writes.Clear();
        foreach (PlacementRemoval removal in plan.Removals)
        {
            _writes.Enqueue(() => Delete(removal.Model, removal.Node));
        }

        foreach (
            PlacementAssignment assignment in plan.Assignments.Where(a =>
                a.Change is AssignmentChange.New or AssignmentChange.Updated
            )
        )
        {
            bool isShared = _models.Single(m => m.Key == assignment.Model).IsShared;
            _writes.Enqueue(() => Apply(assignment, isShared));
        }
    }

    private void Delete(string model, string node)
    {
        if (_replicas.TryGetValue((model, node), out Replica? replica))
        {
            replica.IsDeleting = true;
        }
    }

    private void Apply(PlacementAssignment assignment, bool isShared)
    {
        (string, string) key = (assignment.Model, assignment.Node);
        if (!_replicas.TryGetValue(key, out Replica? replica))
        {
            _replicas[key] = new Replica(assignment, isShared);
        }
        else if (!replica.IsDeleting)
        {
            replica.Change(assignment, isShared);
        }
    }

    private void Agent(bool crashes)
    {
        if (_replicas.Count == 0)
        {
            return;
        }

        Replica replica = _replicas.Values.ElementAt(_random.Next(_replicas.Count));
        if (crashes)
        {
            // The agent of the node ends with its engines, and starts again knowing only the API server.
            foreach (Replica other in _replicas.Values.Where(r => r.Node == replica.Node))
            {
                other.Stop();
            }
        }
        else
        {
            Follow(replica);
        }
    }

    // Stops what is not wanted before it starts what is.
    private void Follow(Replica replica)
    {
        replica.Stop();
        if (replica.IsDeleting)
        {
            _replicas.Remove((replica.Model, replica.Node));
        }
        else if (MayStart(replica))
        {
            replica.Take();
        }
    }

    // What takes turns enters only when the others that do have left.
    private bool MayStart(Replica replica)
    {
        if (replica.IsShared)
        {
            foreach (
                Replica other in _replicas.Values.Where(r => r.Node == replica.Node && r.IsRunningShared)
            )
            {
                other.Stop();
            }
        }

        return true;
    }

    private void Check()
    {
        foreach (PlacementNode node in _nodes)
        {
            NodeLedger ledger = new(node);
            NodeLedger engines = new(node);
            foreach (Replica replica in _replicas.Values.Where(r => r.Node == node.Name))
            {
                ledger.Claim(replica.Held, replica.IsShared);
                engines.Claim(replica.Running, isShared: false);
            }

            for (int device = 0; device < ledger.Devices.Count; device++)
            {
                PlacementDevice budget = ledger.Devices[device];
                if (
                    ledger.Claimed(device) > budget.BudgetBytes
                    || engines.Claimed(device) > budget.BudgetBytes
                )
                {
                    Overcommit =
                        $"{node.Name}/{budget.Name}: {ledger.Claimed(device) / Gi} Gi reserved, {engines.Claimed(device) / Gi} Gi in use, budget {budget.BudgetBytes / Gi} Gi";
                }
            }
        }
    }

    private PlacementModel RandomModel(string key) =>
        Model(
            key,
            _random.Next(0, 3),
            [
                .. Enumerable
                    .Range(0, _random.Next(1, 4))
                    .Select(_ => _random.NextInt64(1, 25))
                    .Distinct()
                    .OrderDescending(),
            ]
        ) with
        {
            Priority = _random.Next(3),
            IsShared = _random.Next(4) == 0,
            Devices = (DevicePreference)_random.Next(3),
        };

    /// <summary>A replica in the API server, with what its agent runs.</summary>
    internal sealed class Replica(PlacementAssignment assignment, bool isShared)
    {
        private string _candidate = assignment.CandidateId;
        private IReadOnlyList<DeviceClaim> _reserved = assignment.Claims;
        private IReadOnlyList<DeviceClaim> _releasing = [];
        private bool _runsShared;

        public string Model => assignment.Model;

        public string Node => assignment.Node;

        public bool IsShared { get; private set; } = isShared;

        public bool IsDeleting { get; set; }

        /// <summary>The agent has taken the present spec.</summary>
        public bool IsTaken { get; private set; }

        /// <summary>What its engine uses.</summary>
        public IReadOnlyList<DeviceClaim> Running { get; private set; } = [];

        public bool IsRunningShared => _runsShared && Running.Count > 0;

        /// <summary>What counts: until a change is taken, on each device the larger of before and after.</summary>
        public IReadOnlyList<DeviceClaim> Held =>
            IsTaken
                ? _reserved
                :
                [
                    .. _reserved
                        .Concat(_releasing)
                        .GroupBy(c => c.Device)
                        .Select(g => g.MaxBy(c => c.Terms.Total)!),
                ];

        public void Change(PlacementAssignment next, bool isShared)
        {
            _releasing = Held;
            (_candidate, _reserved, IsShared) = (next.CandidateId, next.Claims, isShared);
            IsTaken = false;
        }

        public void Take() => (Running, _runsShared, IsTaken) = (_reserved, IsShared, true);

        public void Stop() => Running = [];

        public PlacementReplica ToPlacement() =>
            new()
            {
                Node = Node,
                CandidateId = _candidate,
                Claims = Held,
                IsShared = IsShared,
                IsDeleting = IsDeleting,
                IsHealthy = IsTaken && Running.Count > 0,
                Residence = TimeSpan.FromHours(1),
            };
    }
}
