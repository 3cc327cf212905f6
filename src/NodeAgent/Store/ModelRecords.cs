using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// What a store knows of models: which files each has, what a name of a registry and what a source means. A model counts
/// while all of its files are here.
/// </summary>
/// <param name="layout">Where the records lie.</param>
/// <param name="isStored">Whether a file is here.</param>
internal sealed class ModelRecords(StoreLayout layout, Func<ModelDigest, bool> isStored)
{
    /// <summary>The name as the records have it: without host, with namespace and tag.</summary>
    public static string IndexName(OllamaName name) => $"{name.Namespace}/{name.Model}:{name.Tag}";

    /// <summary>The model whose weights have this digest.</summary>
    public StoredModelFiles? Find(ModelDigest weights) => Read(layout.Model(weights));

    /// <summary>The model of just these files.</summary>
    public StoredModelFiles? Find(string name, IReadOnlyList<PinnedFile> files) =>
        Complete(
            new StoredModelFiles
            {
                Name = name,
                Files =
                [
                    .. files.Select(file => new StoredFile
                    {
                        Role = file.Role,
                        Digest = file.Digest,
                        SizeBytes = file.SizeBytes,
                    }),
                ],
            }
        );

    /// <summary>What a registry name means here.</summary>
    public StoredModelFiles? Find(OllamaName name) => Read(layout.Name(IndexName(name)));

    /// <summary>What a source without a digest was when it was first pulled.</summary>
    public StoredModelFiles? Find(string source) => Read(layout.Model(StoreLayout.KeyOf(source)));

    /// <summary>Models by the names that the registry face answers.</summary>
    public IReadOnlyList<StoredModelFiles> Named() =>
        [
            .. Directory
                .EnumerateFiles(layout.Names, "*.json")
                .Select(Read)
                .OfType<StoredModelFiles>()
                .OrderBy(model => model.Name, StringComparer.Ordinal),
        ];

    /// <summary>Records which files a model has.</summary>
    public void Save(StoredModelFiles model) => DurableFiles.WriteJson(layout.Model(model.Digest), model);

    /// <summary>Records what a source is.</summary>
    public void Save(string source, StoredModelFiles model) =>
        DurableFiles.WriteJson(layout.Model(StoreLayout.KeyOf(source)), model);

    /// <summary>Records what a registry name means.</summary>
    public void Save(OllamaName name, StoredModelFiles model) =>
        DurableFiles.WriteJson(layout.Name(IndexName(name)), model with { Name = IndexName(name) });

    /// <summary>Forgets a registry name.</summary>
    /// <returns>False when there is no such name.</returns>
    public bool Remove(OllamaName name)
    {
        string file = layout.Name(IndexName(name));
        bool exists = File.Exists(file);
        File.Delete(file);
        return exists;
    }

    private StoredModelFiles? Read(string file) => Complete(DurableFiles.ReadJson<StoredModelFiles>(file));

    private StoredModelFiles? Complete(StoredModelFiles? model) =>
        model is { Files.Count: > 0 } && model.Files.All(file => isStored(file.Digest)) ? model : null;
}
