using LlmOperator.Models.Gguf;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Whether the weights of a model are one whole: each part may be sound, and the set still be wrong.</summary>
internal static class StoredParts
{
    /// <summary>Reads the headers of the weights as an engine would find them.</summary>
    /// <exception cref="InvalidModelException">A part is missing, twice, or of another model.</exception>
    public static async Task RequireAsync(
        ModelStore store,
        StoredModelFiles model,
        CancellationToken cancellationToken
    )
    {
        List<GgufFile> parts = [];
        foreach (string path in PathsOf(store, model))
        {
            parts.Add(await GgufReader.ReadFileAsync(path, cancellationToken));
        }

        GgufSplitSet.Require(parts);
    }

    private static IEnumerable<string> PathsOf(ModelStore store, StoredModelFiles model) =>
        model.ReferencedPath is { } path
            ? ReferencedFiles.PartsOf(path)
            : model.Weights.Select(part => store.PathOf(part.Digest));
}
