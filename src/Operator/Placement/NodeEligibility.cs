namespace LlmOperator.Operator.Placement;

/// <summary>What speaks against a node before memory is looked at.</summary>
internal static class NodeEligibility
{
    /// <summary>Why a node cannot take a new replica of a model; null when only memory decides.</summary>
    public static (RefusalReason Reason, string Message)? Refusal(PlacementNode node, PlacementModel model)
    {
        if (node.State != NodeState.Ready)
        {
            return (RefusalReason.NodeNotReady, "its agent is not ready");
        }

        if (node.IsCordoned)
        {
            return (RefusalReason.NodeCordoned, "it is cordoned (spec.scheduling)");
        }

        return Mismatch(node, model);
    }

    /// <summary>Why a node does not suit a model, whatever its state; null when it does.</summary>
    public static (RefusalReason Reason, string Message)? Mismatch(PlacementNode node, PlacementModel model)
    {
        if (model.Nodes.Count > 0 && !model.Nodes.Contains(node.Name, StringComparer.Ordinal))
        {
            return (RefusalReason.SelectorMismatch, "spec.placement.nodes does not name it");
        }

        foreach ((string key, string value) in model.NodeSelector.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!node.Labels.TryGetValue(key, out string? actual) || actual != value)
            {
                return (RefusalReason.SelectorMismatch, $"it lacks the label {key}={value}");
            }
        }

        if (
            Untolerated(node, model).FirstOrDefault(t => t.Effect != TaintEffect.PreferNoSchedule) is
            { } taint
        )
        {
            return (
                RefusalReason.TaintNotTolerated,
                $"it has the taint {Text(taint)}, which spec.placement.tolerations does not tolerate"
            );
        }

        if (model.IsStoreOnly)
        {
            return null;
        }

        if (!node.Engines.Contains(model.Engine))
        {
            return (RefusalReason.NoEngine, $"no working engine {model.Engine} is on it");
        }

        bool hasGpu = node.Devices.Any(d => d.Kind != DeviceKind.Cpu);
        return model.Devices == DevicePreference.GpuOnly && !hasGpu
            ? (RefusalReason.NoSuitableDevice, "it has no GPU")
            : null;
    }

    /// <summary>True when a replica of the model has to leave the node.</summary>
    public static bool Expels(PlacementNode node, PlacementModel model) =>
        Untolerated(node, model).Any(t => t.Effect == TaintEffect.NoExecute);

    /// <summary>How much speaks against a node that may be taken: others come first.</summary>
    public static int Reluctance(PlacementNode node, PlacementModel model) =>
        (node.IsUnderPressure ? 1 : 0)
        + Untolerated(node, model).Count(t => t.Effect == TaintEffect.PreferNoSchedule);

    /// <summary>Equal for models that the same nodes suit.</summary>
    public static string Signature(PlacementModel model) =>
        model is { NodeSelector.Count: 0, Tolerations.Count: 0, Nodes.Count: 0, IsStoreOnly: false }
            ? $"{model.Engine}/{model.Devices}"
            : string.Join(
                '\n',
                model
                    .NodeSelector.OrderBy(p => p.Key, StringComparer.Ordinal)
                    .Select(p => $"{p.Key}={p.Value}")
                    .Concat(model.Tolerations.Select(t => t.ToString()))
                    .Concat(model.Nodes.Order(StringComparer.Ordinal).Select(name => $"on {name}"))
                    .Append($"stored {model.IsStoreOnly}")
                    .Prepend($"{model.Engine}/{model.Devices}")
            );

    private static IEnumerable<PlacementTaint> Untolerated(PlacementNode node, PlacementModel model) =>
        node.Taints.Where(taint => !model.Tolerations.Any(t => t.Tolerates(taint)));

    private static string Text(PlacementTaint taint) =>
        taint.Value.Length == 0 ? $"{taint.Key}:{taint.Effect}" : $"{taint.Key}={taint.Value}:{taint.Effect}";
}
