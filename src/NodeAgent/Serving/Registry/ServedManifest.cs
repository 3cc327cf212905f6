using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Oci;

namespace LlmOperator.NodeAgent.Serving.Registry;

/// <summary>A manifest as it goes over the wire.</summary>
internal sealed record ServedManifest(byte[] Content, string MediaType)
{
    public ModelDigest Digest { get; } = ModelDigest.FromHash(SHA256.HashData(Content));

    /// <summary>As Ollama reads it; null for a model that it cannot read.</summary>
    public static ServedManifest? Ollama(StoredModelFiles model) =>
        RegistryManifest.Write(model) is { } content
            ? new ServedManifest(content, RegistryManifest.MediaType)
            : null;

    /// <summary>As OCI clients read it.</summary>
    public static ServedManifest Oci(StoredModelFiles model) =>
        new(OciManifest.Of(model).Content, OciTypes.Manifest);

    /// <summary>
    /// The form that a client takes, of both the one that it names first: general OCI clients do not know Ollama's layers.
    /// </summary>
    /// <returns>Null when the client takes Ollama's only, and the model has no such.</returns>
    public static ServedManifest? For(StoredModelFiles model, string accept)
    {
        int oci = accept.IndexOf(OciTypes.Manifest, StringComparison.OrdinalIgnoreCase);
        int ollama = accept.IndexOf(RegistryManifest.MediaType, StringComparison.OrdinalIgnoreCase);
        bool takesOllama = oci < 0 || (ollama >= 0 && ollama < oci);
        return (takesOllama ? Ollama(model) : null) ?? (oci >= 0 ? Oci(model) : null);
    }
}
