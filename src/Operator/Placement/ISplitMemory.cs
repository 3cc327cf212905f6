namespace LlmOperator.Operator.Placement;

/// <summary>Bytes of one way to load a model for any division of its layers. Pure: equal divisions give equal bytes.</summary>
internal interface ISplitMemory
{
    /// <summary>Layers that can be on a GPU, the output layer included.</summary>
    int Layers { get; }

    /// <summary>Bytes of a division; null when no engine can load the model so.</summary>
    /// <param name="layersPerGpu">Layers on each GPU, in the order of the launch; the rest is on the CPU.</param>
    SplitTerms? Of(IReadOnlyList<int> layersPerGpu);

    /// <summary>Layers that have experts, counted from the first to the last that has; 0 for a dense model.</summary>
    int ExpertLayers => 0;

    /// <summary>Bytes with all layers on one GPU but the experts of the first so many on the CPU; null when impossible.</summary>
    /// <param name="layers">Layers whose experts are on the CPU.</param>
    SplitTerms? WithExpertsOnCpu(int layers) => null;
}
