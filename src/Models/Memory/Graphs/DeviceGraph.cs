namespace LlmOperator.Models.Memory.Graphs;

/// <summary>
/// What a device computes for one micro-batch, in the engine's order. Measuring replays how the engine gives memory to
/// each result when it is computed and takes it back after its last reader (ggml-alloc.c).
/// </summary>
internal sealed class DeviceGraph
{
    private readonly List<Step> _steps = [];

    /// <summary>A result that stays for the whole micro-batch, or several.</summary>
    public GraphTensor Pin(long bytes, params GraphTensor?[] sources) =>
        Add(new GraphTensor(bytes) { IsPinned = true }, false, sources);

    /// <summary>A result of its own, or a copy of something that lies elsewhere.</summary>
    public GraphTensor Compute(long bytes, params GraphTensor?[] sources) =>
        Add(new GraphTensor(bytes), false, sources);

    /// <summary>A result that overwrites its first source of the same size that nobody else reads.</summary>
    public GraphTensor Overwrite(long bytes, params GraphTensor?[] sources) =>
        Add(new GraphTensor(bytes), true, sources);

    /// <summary>Reads without a result: into the cache, or to another device.</summary>
    public void Read(params GraphTensor?[] sources) => AddStep(null, false, sources);

    /// <summary>Bytes of the device's compute buffers.</summary>
    public long Measure(long blockBytes)
    {
        BlockAllocator memory = new(blockBytes);
        foreach (Step step in _steps)
        {
            foreach (GraphTensor source in step.Sources)
            {
                source.Readers++;
            }
        }

        foreach (Step step in _steps)
        {
            if (step.Result is { } result)
            {
                result.Address = Inherited(step) ?? memory.Allocate(result.Bytes);
            }

            foreach (GraphTensor source in step.Sources)
            {
                source.Readers--;
                if (source is { Readers: 0, IsPinned: false, Address: { } address })
                {
                    memory.Free(address, source.Bytes);
                    source.Address = null;
                }
            }
        }

        return memory.TotalBytes;
    }

    private static BlockAddress? Inherited(Step step)
    {
        GraphTensor? parent = step.Overwrites
            ? step.Sources.FirstOrDefault(source =>
                source is { Readers: 1, IsPinned: false, Address: not null }
                && source.Bytes == step.Result!.Bytes
            )
            : null;
        BlockAddress? address = parent?.Address;
        if (parent is not null)
        {
            parent.Address = null;
        }

        return address;
    }

    private GraphTensor Add(GraphTensor result, bool overwrites, GraphTensor?[] sources)
    {
        AddStep(result, overwrites, sources);
        return result;
    }

    private void AddStep(GraphTensor? result, bool overwrites, IEnumerable<GraphTensor?> sources) =>
        _steps.Add(new Step(result, overwrites, [.. sources.OfType<GraphTensor>()]));

    private sealed record Step(GraphTensor? Result, bool Overwrites, IReadOnlyList<GraphTensor> Sources);
}
