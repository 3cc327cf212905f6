namespace LlmOperator.Operator.Placement;

/// <summary>The numbers behind placement.</summary>
internal static class PlacementConstants
{
    /// <summary>
    /// How long a replica stays before one of higher priority may take its place: about the time that it takes to pull
    /// and load a large model, so that nothing is thrown out before it was of use.
    /// </summary>
    public static readonly TimeSpan LeastResidence = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Value of a variant by its place: about what 8, 4 and 3 bits a weight keep of a model's quality.
    /// </summary>
    public static readonly double[] VariantValues = [1, 0.97, 0.90];

    /// <summary>What each further variant is worth of the one before it.</summary>
    public const double LaterVariantFactor = 0.97;

    /// <summary>What each shorter context is worth of the one before it; they halve.</summary>
    public const double ContextFactor = 0.85;

    /// <summary>What each further cache type is worth of the one before it.</summary>
    public const double CacheFactor = 0.99;

    /// <summary>Several GPUs instead of one: driver and compute buffers are paid on each.</summary>
    public const double SeveralGpusFactor = 0.89;

    /// <summary>
    /// How much faster a GPU reads its memory than a CPU: a replica with the share s of its layers on GPUs has the
    /// speed 1 / (s + (1 - s) * ratio), as every token reads every weight once.
    /// </summary>
    public const double BandwidthRatio = 10;

    /// <summary>
    /// A model whose experts are on the CPU counts as one with so many of its layers on GPUs: a token reads only the
    /// few experts that it uses. A choice between whole and half, not measured.
    /// </summary>
    public const double ExpertsOnCpuShare = 0.75;

    /// <summary>Least share of the layers on GPUs: below it the GPU's overhead costs more than it gains.</summary>
    public const double LeastPartialShare = 0.1;

    /// <summary>What a first, second, third and later replica of a model is worth.</summary>
    public static readonly double[] ReplicaValues = [1, 0.5, 0.33, 0.25];

    /// <summary>New replicas up to which divisions of the memory are compared; above, the first one is taken.</summary>
    public const int MostCompared = 600;
}
