using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Oci;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>
/// What a registry passes on of a store: named models and, by digest, every file. What was pulled with a credential is
/// not passed on: whoever asks a registry has no namespace whose right could be looked up.
/// </summary>
internal sealed class OfferedModels(ModelStore store)
{
    /// <summary>A model by its name; null when it is not here, or not for everybody.</summary>
    public StoredModelFiles? Find(OllamaName name) =>
        store.FindName(name) is { } model && IsPublic(model) ? model : null;

    /// <summary>All tags of one model, such as <c>team/demo:v1</c>.</summary>
    public IEnumerable<StoredModelFiles> TagsOf(OllamaName name) =>
        store
            .NamedModels()
            .Where(model =>
                OllamaName.TryParse(model.Name, out OllamaName? known)
                && known.Namespace == name.Namespace
                && known.Model == name.Model
                && IsPublic(model)
            );

    /// <summary>A manifest of one model's tags by its own digest; null when no tag has it.</summary>
    public ServedManifest? ManifestOf(OllamaName name, ModelDigest digest) =>
        TagsOf(name)
            .SelectMany<StoredModelFiles, ServedManifest?>(model =>
                [ServedManifest.Ollama(model), ServedManifest.Oci(model)]
            )
            .FirstOrDefault(manifest => manifest?.Digest == digest);

    /// <summary>A file by its digest alone, so that this is a mirror for whatever source it came from; null when it is not here.</summary>
    public Stream? Open(ModelDigest digest) =>
        store.Access.NamespacesOf(digest) is null ? store.OpenRead(digest) : null;

    /// <summary>The configuration of an OCI manifest, which is made when it is asked for; null when no tag has it.</summary>
    public byte[]? ConfigOf(OllamaName name, ModelDigest digest) =>
        TagsOf(name)
            .Select(OciManifest.Of)
            .FirstOrDefault(manifest => manifest.ConfigDigest == digest)
            ?.Config;

    private bool IsPublic(StoredModelFiles model) =>
        model.Files.All(file => store.Access.NamespacesOf(file.Digest) is null);
}
