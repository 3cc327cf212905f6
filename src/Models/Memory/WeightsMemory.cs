using System.Globalization;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Bytes of tensors by place: the sum of the tensor table, never the file's size times a factor.</summary>
internal static class WeightsMemory
{
    private const string BlockPrefix = "blk.";
    private const string TokenEmbedding = "token_embd.weight";

    public static long[] Compute(IReadOnlyList<GgufTensor> tensors, LayerAssignment layers, int places)
    {
        long[] bytes = new long[places];
        bool tied = !tensors.Any(tensor => tensor.Name is "output.weight");
        foreach (GgufTensor tensor in tensors)
        {
            if (LayerOf(tensor.Name) is { } layer)
            {
                bytes[layer < layers.LayerCount ? layers.PlaceOf(layer) : layers.Output] += tensor.SizeBytes;
            }
            else if (tensor.Name.StartsWith("output", StringComparison.Ordinal))
            {
                bytes[layers.Output] += tensor.SizeBytes;
            }
            else if (tensor.Name.StartsWith("rope_f", StringComparison.Ordinal))
            {
                // Frequency factors are copied to every place that has layers.
                for (int place = 0; place < places; place++)
                {
                    bytes[place] += layers.HasLayers(place) ? tensor.SizeBytes : 0;
                }
            }
            else
            {
                // Inputs stay on the host; a tied embedding is copied to the device that holds the output.
                bytes[LayerAssignment.Host] += tensor.SizeBytes;
                if (tied && layers.Output != LayerAssignment.Host && tensor.Name is TokenEmbedding)
                {
                    bytes[layers.Output] += tensor.SizeBytes;
                }
            }
        }

        return bytes;
    }

    /// <summary>
    /// The largest matrix of the layers on the host: with partial offload the device computes large batches of those
    /// layers too, and the matrix is copied to it.
    /// </summary>
    public static long LargestHostMatrix(IReadOnlyList<GgufTensor> tensors, LayerAssignment layers) =>
        tensors
            .Where(tensor =>
                LayerOf(tensor.Name) is { } layer
                && layer < layers.LayerCount
                && layers.PlaceOf(layer) == LayerAssignment.Host
            )
            .Select(tensor => tensor.SizeBytes)
            .DefaultIfEmpty(0)
            .Max();

    // blk.12.attn_q.weight
    private static int? LayerOf(string name)
    {
        if (!name.StartsWith(BlockPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        ReadOnlySpan<char> rest = name.AsSpan(BlockPrefix.Length);
        int dot = rest.IndexOf('.');
        return
            dot > 0
            && int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? layer
            : null;
    }
}
