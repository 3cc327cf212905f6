using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Bytes of what is loaded beside a model: adapters and a multimodal projector.</summary>
internal static class CompanionMemory
{
    private const string AdapterKind = "adapter";
    private const string ProjectorKind = "mmproj";

    public static void Add(ModelFiles files, EngineModel model, LayerAssignment layers, MemoryLedger ledger)
    {
        foreach (GgufFile adapter in files.Adapters)
        {
            RequireKind(adapter, AdapterKind, "adapter");
            AddAdapter(adapter, model, layers, ledger);
        }

        if (files.Projector is { } projector)
        {
            RequireKind(projector, ProjectorKind, "projector");
            // The engine puts it on the first device that the model uses.
            int place = Enumerable.Range(1, ledger.Places - 1).FirstOrDefault(layers.HasLayers);
            ledger.Add(
                place,
                MemoryTermKind.ProjectorWeights,
                projector.Tensors.Sum(tensor => tensor.SizeBytes)
            );
            ledger.Add(place, MemoryTermKind.ProjectorCompute, MemoryConstants.ProjectorComputeBytes);
        }
    }

    // The two matrices of each adapted one lie beside it.
    private static void AddAdapter(
        GgufFile adapter,
        EngineModel model,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        foreach (GgufTensor tensor in adapter.Tensors)
        {
            int place =
                WeightsMemory.LayerOf(tensor.Name) is { } layer
                    ? layers.PlaceOf(Math.Min(layer, model.Layers - 1))
                : tensor.Name.StartsWith("output", StringComparison.Ordinal) ? layers.Output
                : LayerAssignment.Host;
            ledger.Add(place, MemoryTermKind.AdapterWeights, tensor.SizeBytes);
        }
    }

    private static void RequireKind(GgufFile file, string kind, string what)
    {
        string found = file.Metadata.GetText("general.type") ?? "model";
        if (!string.Equals(found, kind, StringComparison.Ordinal))
        {
            throw new InvalidModelException(
                $"The {what} is a file of kind '{found}' (key 'general.type'), not '{kind}'; name the right file."
            );
        }
    }
}
