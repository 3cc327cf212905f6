namespace LlmOperator.Operator.Placement;

/// <summary>
/// What a plan is worth: for every replica the weight of its model's priority, times what a first, second or third
/// replica is worth, times the value of the way in which it is loaded.
/// </summary>
internal static class PlacementValue
{
    /// <summary>What a way of lying on a node is worth, from 0 to 1.</summary>
    public static double Of(NodeFit fit) =>
        fit.Layout.Kind == DeviceLayout.Partial && fit.Rung.Candidate.Split is { Layers: > 0 } split
            // A rung stands for half of the layers; what counts is how many there are.
            ? fit.Rung.Value
                / Ladder.SpeedOf(0.5)
                * Ladder.SpeedOf((double)fit.Layout.LayersPerGpu.Sum() / split.Layers)
            : fit.Rung.Value;

    /// <summary>
    /// Weight of a model: it doubles with every priority that is in use, so that a higher one outweighs a lower one but
    /// not any number of them.
    /// </summary>
    /// <param name="prioritiesBelow">Different priorities in use that are lower.</param>
    public static double WeightOf(int prioritiesBelow) => Math.Pow(2, Math.Min(prioritiesBelow, 40));

    /// <summary>What the next replica of a model is worth of its first.</summary>
    /// <param name="present">Replicas before it.</param>
    public static double ReplicaFactor(int present) =>
        PlacementConstants.ReplicaValues[Math.Min(present, PlacementConstants.ReplicaValues.Length - 1)];
}
