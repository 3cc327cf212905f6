namespace LlmOperator.Operator.Placement;

/// <summary>Bytes of one way to load a model for any division of its layers. Pure: equal divisions give equal bytes.</summary>
internal interface ISplitMemory
{
    /// <summary>Layers that can be on a GPU, the output layer included.</summary>
    int Layers { get; }

    /// <summary>Bytes of a division; null when no engine can load the model so.</summary>
    /// <param name="layersPerGpu">Layers on each GPU, in the order of the launch; the rest is on the CPU.</param>
    SplitTerms? Of(IReadOnlyList<int> layersPerGpu);
}
