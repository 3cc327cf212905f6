using LlmOperator.Models.Memory.Graphs;

namespace LlmOperator.Models.Memory;

/// <summary>Adds what the layers of one place compute: inputs, scores and the activations beside them.</summary>
internal sealed class LayerCompute(
    EngineModel model,
    LoadParameters parameters,
    LayerAssignment layers,
    Activations activations,
    MicroBatch batch,
    MemoryLedger ledger
)
{
    private const int FloatBytes = 4;

    // Measured, not explained: where queries and keys are normalised, or experts are shared, the replay may find room
    // for the scores of the second layer where those of the first were, and the engine not (Qwen3 0.6B at 65,536 tokens).
    private bool IsUncertain =>
        !layers.IsPartial
        && (batch.IsPipelined ? model.HasSharedExperts : model.HasQueryNorm)
        && activations.ScoresFollowEachOther
        && batch.ScoreBytes + batch.InputBytes > MemoryConstants.DeviceBlockBytes;

    // Of a hybrid model too, when the host's layers pass through; and, measured, on all devices of a pipeline but the
    // first with several caches.
    private bool IsHybridDoubled(int place, bool staging) =>
        activations.IsHybrid
        && (staging ? !batch.ScoresOnHost : batch.IsPipelined && place > 1 && parameters.CacheStreams > 1);

    /// <summary>By replaying what the device does.</summary>
    public void AddReplayed(int place)
    {
        long total = DeviceCompute.Measure(
            model,
            parameters,
            layers,
            place,
            batch.InputCopies,
            batch.ScoreBytes
        );
        if (IsUncertain && total >= batch.ScoreBytes && total < 2 * batch.ScoreBytes)
        {
            total += batch.ScoreBytes;
        }

        long inputs = Math.Min(batch.InputBytes, total);
        long scores = Math.Max(1, (total - inputs) / batch.ScoreBytes) * batch.ScoreBytes;
        scores = Math.Min(scores, total - inputs);
        ledger.Add(place, MemoryTermKind.Inputs, inputs);
        ledger.Add(place, MemoryTermKind.AttentionScores, scores);
        ledger.Add(place, MemoryTermKind.Activations, total - inputs - scores);
    }

    /// <summary>
    /// The largest of the three parts of a layer; without flash attention the scores of all heads exist beside the
    /// attention's activations.
    /// </summary>
    public void AddEstimated(
        int place,
        long feedForward,
        long attention,
        long recurrent,
        bool staging = false
    )
    {
        long without = batch.Tokens * FloatBytes * Math.Max(feedForward, Math.Max(attention, recurrent));
        ledger.Add(place, MemoryTermKind.Inputs, batch.InputBytes);
        if (batch.ScoreBytes == 0)
        {
            ledger.Add(place, MemoryTermKind.Activations, without);
            return;
        }

        long beside =
            batch.Tokens
            * FloatBytes
            * (
                staging || batch.IsPipelined || place == LayerAssignment.Host
                    ? attention
                    : activations.UnflashedAttention
            );
        if (
            place != LayerAssignment.Host
            && (activations.ScoresFollowEachOther || IsHybridDoubled(place, staging))
            && batch.ScoreBytes + beside + batch.InputBytes > MemoryConstants.DeviceBlockBytes
        )
        {
            // The device's memory comes in blocks, and what lies in one between two layers keeps the next scores out.
            ledger.Add(place, MemoryTermKind.AttentionScores, 2 * batch.ScoreBytes);
            ledger.Add(place, MemoryTermKind.Activations, beside);
            return;
        }

        long total = Math.Max(without, batch.ScoreBytes + beside);
        long scores = Math.Min(batch.ScoreBytes, total);
        ledger.Add(place, MemoryTermKind.AttentionScores, scores);
        ledger.Add(place, MemoryTermKind.Activations, total - scores);
    }
}
