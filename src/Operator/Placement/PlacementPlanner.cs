namespace LlmOperator.Operator.Placement;

/// <summary>
/// Decides where replicas run: a pure function from a snapshot to a plan. What runs stays where it is as long as it is
/// wanted and nothing of higher priority needs its room. On every device the sum of all claims, those of replicas on
/// their way out included, stays within the budget.
/// </summary>
internal static class PlacementPlanner
{
    /// <summary>The plan for a snapshot. Equal snapshots give equal plans, whatever the order of their lists.</summary>
    public static PlacementPlan Plan(PlacementSnapshot snapshot) => ToPlan(Decide(snapshot));

    /// <summary>The plan with what every node has to say of every model: much more work, for people who ask.</summary>
    public static ExplainedPlan Explain(PlacementSnapshot snapshot)
    {
        PlacementState state = Decide(snapshot);
        return new ExplainedPlan(
            ToPlan(state),
            state.Models.ToDictionary(
                m => m.Model.Key,
                m => (IReadOnlyList<ExplainedNode>)[.. state.Ledgers.Select(l => Refusals.Explain(l, m))]
            )
        );
    }

    private static PlacementState Decide(PlacementSnapshot snapshot)
    {
        PlacementState state = new(snapshot);
        foreach (ModelState model in state.Models)
        {
            ExistingReplicas.Settle(state, model);
        }

        BudgetEviction.Run(state);
        foreach (ModelState model in state.Models)
        {
            EveryNode.Count(state, model);
            ScaleDown.Run(state, model);
        }

        state = Divide(state);
        foreach (ModelState model in state.Models)
        {
            model.Lacks |= model.Missing > 0;
        }

        return state;
    }

    private static PlacementPlan ToPlan(PlacementState state) =>
        new()
        {
            Assignments = [.. state.Models.SelectMany(m => m.Assignments.Values)],
            Removals = [.. state.Models.SelectMany(m => m.Removals)],
            Refusals = [.. state.Models.SelectMany(m => Refusals.For(state, m))],
            Wanted = state.Models.ToDictionary(m => m.Model.Key, m => m.Wanted),
            IsPartition = state.IsPartition,
            RetryAfter = state.RetryAfter,
            Value = PlanScore.Of(state).Value,
        };

    // Two ways of dividing the room, each good where the other is not: everything as well as it may be, in turn; or
    // everything as small as it may be, and what is left to where it gains most. The better one is taken.
    private static PlacementState Divide(PlacementState state)
    {
        int missing = state.Models.Sum(m => m.Missing);
        PlacementState inTurn = missing > 0 ? state.Copy() : state;
        PlacementPass.Run(inTurn, startsSmall: false);
        if (missing == 0 || missing > PlacementConstants.MostCompared || IsPerfect(inTurn))
        {
            return inTurn;
        }

        PlacementState small = state;
        PlacementPass.Run(small, startsSmall: true);
        Improve(inTurn);
        Improve(small);
        return PlanScore.Of(small).IsBetterThan(PlanScore.Of(inTurn)) ? small : inTurn;
    }

    private static void Improve(PlacementState state)
    {
        Repair.Run(state);
        Upgrades.Run(state);
    }

    private static bool IsPerfect(PlacementState state) =>
        state.Models.All(m =>
            m.Missing == 0
            && m.Assignments.Values.All(a =>
                a.Change != AssignmentChange.New
                || a.CandidateId == m.Ladder[0].Candidate.Id && a.Layout?.Kind == m.Ladder[0].Layout
            )
        );
}
