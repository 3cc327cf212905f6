using System.Globalization;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Bytes of tensors by place: the sum of the tensor table, never the file's size times a factor.</summary>
internal static class WeightsMemory
{
    private const string BlockPrefix = "blk.";
    private const string TokenEmbedding = "token_embd.weight";

    public static void Add(
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        foreach (GgufTensor tensor in model.Tensors)
        {
            if (LayerOf(tensor.Name) is { } layer)
            {
                AddLayer(tensor, layer, parameters, layers, ledger);
            }
            else if (tensor.Name.StartsWith("output", StringComparison.Ordinal))
            {
                ledger.Add(layers.Output, MemoryTermKind.OutputWeights, tensor.SizeBytes);
            }
            else if (tensor.Name.StartsWith("rope_f", StringComparison.Ordinal))
            {
                // Frequency factors are copied to every place that has layers.
                for (int place = 0; place < ledger.Places; place++)
                {
                    ledger.Add(
                        place,
                        MemoryTermKind.LayerWeights,
                        layers.HasLayers(place) ? tensor.SizeBytes : 0
                    );
                }
            }
            else
            {
                // Inputs stay on the host. A tied embedding is copied for the output: to the device that holds it, or
                // on the host to the CPU backend's own layout.
                ledger.Add(LayerAssignment.Host, MemoryTermKind.InputWeights, tensor.SizeBytes);
                bool copied = layers.Output != LayerAssignment.Host || IsRepacked(tensor.Type);
                if (model.IsTied && copied && tensor.Name is TokenEmbedding)
                {
                    ledger.Add(layers.Output, MemoryTermKind.OutputWeights, tensor.SizeBytes);
                }
            }
        }
    }

    /// <summary>True for the matrices of experts, which are many and of which a token uses few.</summary>
    public static bool IsExpert(string name) =>
        name.Contains("_exps.", StringComparison.Ordinal)
        || name.Contains("_chexps.", StringComparison.Ordinal);

    /// <summary>The layer of a tensor such as <c>blk.12.attn_q.weight</c>; null for those of no layer.</summary>
    public static int? LayerOf(string name)
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

    private static void AddLayer(
        GgufTensor tensor,
        int layer,
        LoadParameters parameters,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        bool expert = IsExpert(tensor.Name);
        // The engine matches the matrices only; the biases of experts stay with their layer.
        bool kept = expert && layer < parameters.CpuExpertLayers && tensor.Dimensions.Count == 3;
        // Nor does a device hold what only the host scans.
        kept |=
            tensor.Name.EndsWith(".ssm_a", StringComparison.Ordinal)
            && tensor.Dimensions[0] > 1
            && tensor.Dimensions.Count == 2;
        int place =
            kept ? LayerAssignment.Host
            : layer < layers.LayerCount ? layers.PlaceOf(layer)
            : layers.Output;
        ledger.Add(
            place,
            expert ? MemoryTermKind.ExpertWeights : MemoryTermKind.LayerWeights,
            tensor.SizeBytes
        );
    }

    // The types that the CPU backend repacks on x86 with AVX2 (ggml-cpu/repack.cpp). On a CPU that does not, the plan
    // counts a tied embedding of these types once too often; files of such types usually keep their embedding in Q6_K.
    private static bool IsRepacked(GgmlType type) =>
        type is GgmlType.Q4_0 or GgmlType.Q4_K or GgmlType.Q2_K or GgmlType.IQ4_NL or GgmlType.MXFP4;
}
