namespace LlmOperator.Operator.Placement;

/// <summary>A new replica that lies on one device and may still be moved or loaded in another way.</summary>
/// <param name="Model">Its model.</param>
/// <param name="Ledger">Its node.</param>
/// <param name="Device">Index of its device.</param>
/// <param name="Rung">How it is loaded.</param>
/// <param name="Weight">What its value counts.</param>
internal sealed record NewSlot(ModelState Model, NodeLedger Ledger, int Device, Rung Rung, double Weight)
{
    /// <summary>All of them, in the order of the models.</summary>
    public static IEnumerable<NewSlot> All(PlacementState state)
    {
        Dictionary<int, double> weights = PlanScore.Weights(state);
        foreach (ModelState model in state.Models)
        {
            int present = 0;
            foreach (PlacementAssignment assignment in model.Assignments.Values)
            {
                double factor = PlacementValue.ReplicaFactor(present++);
                if (
                    assignment is not { Change: AssignmentChange.New, Layout: { } layout }
                    || layout.Kind
                        is DeviceLayout.SeveralGpus
                            or DeviceLayout.ExpertsOnCpu
                            or DeviceLayout.Partial
                )
                {
                    continue;
                }

                NodeLedger ledger = state.Find(assignment.Node)!;
                Rung rung = model.Ladder.First(r =>
                    r.Candidate.Id == assignment.CandidateId && r.Layout == layout.Kind
                );
                yield return new NewSlot(
                    model,
                    ledger,
                    ledger.IndexOf(assignment.Claims[0].Device),
                    rung,
                    weights[model.Model.Priority] * factor
                );
            }
        }
    }
}
