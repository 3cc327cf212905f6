using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>
/// Bytes of a multimodal projector. Its weights are the sum of its tensors. Its intermediate results are a bound that
/// grows with the largest image, the width and the feed-forward part: never below what the engine says of the kinds
/// that were measured, and above it where the engine warms up with a smaller image than it will accept later.
/// </summary>
internal static class ProjectorMemory
{
    private const int FloatBytes = 4;

    // No machine has it; what a file claims beyond does not matter.
    private const long MostBytes = 1L << 50;

    // Positions of a patch in four directions, or of a frame. Measured.
    private const int PositionBytes = 16;

    // The residual, the normalised input, queries, keys, values and the result. Measured: 6 rows in the attention; 4
    // beside the feed-forward part's or the projection's own.
    private const int AttentionRows = 6;
    private const int RowsBeside = 4;

    public static void Add(GgufFile projector, LoadParameters parameters, MemoryLedger ledger)
    {
        // Old files do not state their kind (general.type), but all have this architecture.
        ProjectorFacts facts =
            ProjectorFacts.From(projector)
            ?? throw new InvalidModelException(
                $"The projector is a file of the architecture '{projector.Metadata.GetText(GgufKeys.Architecture)}' (key '{GgufKeys.Architecture}'), not 'clip'; name the right file."
            );
        // The engine puts it on the first device that it is given, whether or not the model has layers there.
        int place = parameters.DeviceCount > 0 ? 1 : LayerAssignment.Host;
        ledger.Add(place, MemoryTermKind.ProjectorWeights, projector.Tensors.Sum(tensor => tensor.SizeBytes));
        if (facts.HasVision)
        {
            AddCompute(ProjectorEncoder.Of(projector, "vision"), place, parameters, ledger);
        }

        if (facts.HasAudio)
        {
            AddCompute(ProjectorEncoder.Of(projector, "audio"), place, parameters, ledger);
        }
    }

    private static void AddCompute(
        ProjectorEncoder? encoder,
        int place,
        LoadParameters parameters,
        MemoryLedger ledger
    )
    {
        if (encoder is null)
        {
            ledger.Add(place, MemoryTermKind.ProjectorCompute, MemoryConstants.ProjectorReserveBytes);
            return;
        }

        // The input is prepared on the host.
        ledger.Add(
            LayerAssignment.Host,
            MemoryTermKind.ProjectorCompute,
            encoder.Positions * ((encoder.Input * FloatBytes) + PositionBytes)
        );
        ledger.Add(place, MemoryTermKind.ProjectorCompute, ComputeBytes(encoder, parameters));
    }

    private static long ComputeBytes(ProjectorEncoder encoder, LoadParameters parameters)
    {
        // Without flash attention the scores of all heads exist at once.
        Int128 scores = parameters.FlashAttention ? 0 : (Int128)encoder.Positions * encoder.Heads;
        Int128 attention = (AttentionRows * (Int128)encoder.Embedding) + scores;
        Int128 others =
            (RowsBeside * (Int128)encoder.Embedding)
            + Int128.Max(encoder.FeedForward, 2 * (Int128)encoder.Projection);
        Int128 bytes =
            (Int128)encoder.Positions * FloatBytes * (Int128.Max(attention, others) + encoder.Input);
        return (long)Int128.Min(bytes, MostBytes);
    }
}
