namespace LlmOperator.Operator.Placement;

/// <summary>How good a division of the memory is: first how many models of each priority have a replica, then its value.</summary>
internal sealed class PlanScore
{
    private readonly List<int> _placed;

    private PlanScore(List<int> placed, double value)
    {
        _placed = placed;
        Value = value;
    }

    /// <summary>Weighted value of all new replicas.</summary>
    public double Value { get; }

    /// <summary>The score of a world.</summary>
    public static PlanScore Of(PlacementState state)
    {
        Dictionary<int, double> weights = Weights(state);
        List<int> placed = [];
        double value = 0;
        foreach (IGrouping<int, ModelState> equals in state.Models.GroupBy(m => m.Model.Priority))
        {
            placed.Add(equals.Count(m => m.Assignments.Count > 0));
            foreach (ModelState model in equals)
            {
                int present = 0;
                foreach (PlacementAssignment assignment in model.Assignments.Values)
                {
                    value += weights[equals.Key] * PlacementValue.ReplicaFactor(present++) * assignment.Value;
                }
            }
        }

        return new PlanScore(placed, value);
    }

    /// <summary>Weight of each priority in use.</summary>
    public static Dictionary<int, double> Weights(PlacementState state) =>
        state
            .Models.Select(m => m.Model.Priority)
            .Distinct()
            .Order()
            .Select((priority, below) => (priority, Weight: PlacementValue.WeightOf(below)))
            .ToDictionary(p => p.priority, p => p.Weight);

    /// <summary>True when this one is better.</summary>
    public bool IsBetterThan(PlanScore other)
    {
        for (int i = 0; i < _placed.Count; i++)
        {
            if (_placed[i] != other._placed[i])
            {
                return _placed[i] > other._placed[i];
            }
        }

        return Value - other.Value > 1e-9;
    }
}
