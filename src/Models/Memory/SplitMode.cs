namespace LlmOperator.Models.Memory;

/// <summary>How several devices share a model.</summary>
public enum SplitMode
{
    /// <summary>Whole layers, with their cache, one range of layers a device.</summary>
    Layer,

    /// <summary>
    /// Matrices by rows; the cache and the small tensors stay on the main device. Only some of the engine's backends
    /// can; the planner refuses it, because its numbers cannot be measured without such a card.
    /// </summary>
    Row,
}
