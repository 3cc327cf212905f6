namespace LlmOperator.Engines.LlamaCpp;

/// <summary>One row of the engine's projection. The engine rounds weights and context down to whole MiB.</summary>
/// <param name="Name">The engine's device name, or <c>Host</c>.</param>
/// <param name="ModelBytes">Weights.</param>
/// <param name="ContextBytes">Key-value cache and recurrent state.</param>
/// <param name="ComputeBytes">Compute and output buffers, to a hundredth of a MiB where the engine prints them; with them
/// all that the engine says of a multimodal projector, weights included.</param>
public sealed record ProjectedDevice(string Name, long ModelBytes, long ContextBytes, long ComputeBytes)
{
    /// <summary>Sum of the three.</summary>
    public long TotalBytes => ModelBytes + ContextBytes + ComputeBytes;
}
