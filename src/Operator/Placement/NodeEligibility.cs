namespace LlmOperator.Operator.Placement;

/// <summary>What speaks against a node before memory is looked at, and which layouts a model may have.</summary>
internal static class NodeEligibility
{
    /// <summary>Layouts that a model may have, in the order in which they are tried.</summary>
    public static IReadOnlyList<DeviceLayout> Layouts(DevicePreference devices) =>
        devices switch
        {
            DevicePreference.CpuOnly => [DeviceLayout.Cpu],
            DevicePreference.GpuOnly => [DeviceLayout.Gpu],
            _ => [DeviceLayout.Gpu, DeviceLayout.Cpu],
        };

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
        foreach ((string key, string value) in model.NodeSelector.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            if (!node.Labels.TryGetValue(key, out string? actual) || actual != value)
            {
                return (RefusalReason.SelectorMismatch, $"it lacks the label {key}={value}");
            }
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
}
