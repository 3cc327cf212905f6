using LlmOperator.Models.Gguf;

namespace LlmOperator.Models.Memory;

/// <summary>Bytes of what is loaded beside a model: adapters and a multimodal projector.</summary>
internal static class CompanionMemory
{
    private const string AdapterKind = "adapter";

    public static void Add(
        ModelFiles files,
        EngineModel model,
        LoadParameters parameters,
        LayerAssignment layers,
        MemoryLedger ledger
    )
    {
        foreach (GgufFile adapter in files.Adapters)
        {
            RequireAdapter(adapter);
            AddAdapter(adapter, model, layers, ledger);
        }

        if (files.Projector is { } projector)
        {
            ProjectorMemory.Add(projector, parameters, ledger);
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

    private static void RequireAdapter(GgufFile file)
    {
        string found = file.Metadata.GetText(GgufKeys.FileKind) ?? "model";
        if (!string.Equals(found, AdapterKind, StringComparison.Ordinal))
        {
            throw new InvalidModelException(
                $"The adapter is a file of kind '{found}' (key '{GgufKeys.FileKind}'), not '{AdapterKind}'; name the right file."
            );
        }
    }
}
