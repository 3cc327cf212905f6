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
                // Inputs stay on the host. A tied embedding is copied for the output: to the device that holds it, or
                // on the host to the CPU backend's own layout.
                bytes[LayerAssignment.Host] += tensor.SizeBytes;
                bool copied = layers.Output != LayerAssignment.Host || IsRepacked(tensor.Type);
                if (tied && copied && tensor.Name is TokenEmbedding)
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

    // The types that the CPU backend repacks on x86 with AVX2 (ggml-cpu/repack.cpp). On a CPU that does not, the plan
    // counts a tied embedding of these types once too often; files of such types usually keep their embedding in Q6_K.
    private static bool IsRepacked(GgmlType type) =>
        type is GgmlType.Q4_0 or GgmlType.Q4_K or GgmlType.Q2_K or GgmlType.IQ4_NL or GgmlType.MXFP4;

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
