using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory.Graphs;

/// <summary>The tensors of one layer by the end of their names, such as <c>attn_q.weight</c>.</summary>
internal sealed class LayerTensors
{
    private static readonly LayerTensors s_none = new();
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>The tensors of each layer.</summary>
    public static LayerTensors[] ByLayer(EngineModel model)
    {
        LayerTensors[] layers = [.. Enumerable.Range(0, model.Layers).Select(_ => new LayerTensors())];
        foreach (GgufTensor tensor in model.Tensors)
        {
            if (WeightsMemory.LayerOf(tensor.Name) is { } layer && layer < layers.Length)
            {
                string name = tensor.Name[(tensor.Name.IndexOf('.', "blk.".Length) + 1)..];
                layers[layer]._tensors[name] = tensor;
            }
        }

        return layers;
    }

    /// <summary>No tensors.</summary>
    public static LayerTensors None => s_none;

    public bool Has(string name) => _tensors.ContainsKey(name);

    public GgufTensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>Elements that a matrix computes for a token; 0 when the layer lacks it.</summary>
    public long Width(string name) =>
        Find(name) is { Dimensions.Count: > 1 } tensor ? tensor.Dimensions[1] : 0;
}
