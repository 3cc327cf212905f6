namespace LlmOperator.Models.Memory;

/// <summary>
/// On which device each layer lies, by the engine's rule (llama-model.cpp, <c>load_tensors</c>): the last layers go to
/// the devices, the output counts as the layer after the last, and devices take contiguous ranges by their shares.
/// </summary>
internal sealed class LayerAssignment
{
    /// <summary>Index of the host; devices follow from 1.</summary>
    public const int Host = 0;

    private readonly int[] _places;

    private LayerAssignment(int[] places)
    {
        _places = places;
    }

    /// <summary>Layers without the output.</summary>
    public int LayerCount => _places.Length - 1;

    /// <summary>Place of the output layer.</summary>
    public int Output => _places[^1];

    /// <summary>True when there are devices, and a layer or the output is on the host nevertheless.</summary>
    public bool IsPartial { get; private init; }

    public static LayerAssignment Of(int layers, LoadParameters parameters)
    {
        int units = layers + 1;
        int onDevices = parameters.DeviceCount == 0 ? 0 : Math.Min(parameters.GpuLayers ?? units, units);
        float[] ends = Ends(parameters);
        int[] places = new int[units];
        for (int unit = units - onDevices; unit < units; unit++)
        {
            float position = (float)(unit - (units - onDevices)) / onDevices;
            int device = Array.FindIndex(ends, end => end > position);
            places[unit] = 1 + (device < 0 ? ends.Length - 1 : device);
        }

        return new LayerAssignment(places)
        {
            IsPartial = parameters.DeviceCount > 0 && places.Contains(Host),
        };
    }

    public int PlaceOf(int layer) => _places[layer];

    /// <summary>True when a layer, not only the output, lies at <paramref name="place"/>.</summary>
    public bool HasLayers(int place) => _places.AsSpan(0, LayerCount).Contains(place);

    /// <summary>Layers on the host, in order.</summary>
    public IEnumerable<int> OnHost() =>
        Enumerable.Range(0, LayerCount).Where(layer => _places[layer] == Host);

    /// <summary>Layers at <paramref name="place"/>, without the output.</summary>
    public int LayersOn(int place) => _places.AsSpan(0, LayerCount).Count(place);

    // The running sum of the shares, normalised. Single precision as in the engine, so that ties fall the same way.
    private static float[] Ends(LoadParameters parameters)
    {
        int count = parameters.DeviceCount;
        bool given = parameters.TensorSplit.Count == count && parameters.TensorSplit.Sum() > 0;
        float[] ends = new float[count];
        float sum = 0;
        for (int device = 0; device < count; device++)
        {
            sum += given ? (float)parameters.TensorSplit[device] : 1f;
            ends[device] = sum;
        }

        for (int device = 0; device < count; device++)
        {
            ends[device] /= sum;
        }

        return ends;
    }
}
