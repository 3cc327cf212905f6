namespace LlmOperator.Models.Memory.Graphs;

/// <summary>A result in a device's part of the engine's graph, while it is measured.</summary>
/// <param name="bytes">Size.</param>
internal sealed class GraphTensor(long bytes)
{
    public long Bytes { get; } = bytes;

    /// <summary>Steps that read it and have not run yet.</summary>
    public int Readers { get; set; }

    /// <summary>Never overwritten, never freed: the inputs that a pipeline keeps in flight.</summary>
    public bool IsPinned { get; init; }

    /// <summary>Where it lies; null before it is allocated and after it was freed or passed on.</summary>
    public BlockAddress? Address { get; set; }
}
