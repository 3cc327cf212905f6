namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Real models by their public numbers: what the memory planner is measured on.</summary>
public static class RealShapes
{
    public static IReadOnlyList<RealShape> All { get; } =
    [
        .. DenseShapes.All,
        .. ExpertShapes.All,
        .. RecurrentShapes.All,
        .. EncoderShapes.All,
        .. MoreShapes.All,
        .. HybridShapes.All,
    ];
}
