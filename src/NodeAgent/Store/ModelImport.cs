using System.Security.Cryptography;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Copies GGUF files into a store under a name, and keeps them until the name is removed by hand.</summary>
internal sealed class ModelImport(ModelStore store)
{
    /// <summary>Owners of pins that are names of imported models begin with this.</summary>
    public const string Prefix = "import:";

    /// <summary>Owner of the pins of a name.</summary>
    public static string OwnerOf(OllamaName name) => Prefix + ModelRecords.IndexName(name);

    /// <summary>Copies a file; of a part of a split model all parts, from the same folder.</summary>
    /// <param name="path">File to copy.</param>
    /// <param name="name">Name that the registry face answers.</param>
    /// <param name="cancellationToken">Cancels the copy.</param>
    /// <exception cref="InvalidModelException">The file is not a sound GGUF file, or a part is missing.</exception>
    /// <exception cref="IOException">The file cannot be read, or the store not be written.</exception>
    public async Task<StoredModelFiles> RunAsync(
        string path,
        OllamaName name,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<GgufFile> headers = await ModelHeaders.ReadFileAsync(path, cancellationToken);
        IReadOnlyList<string> parts = GgufSplitName.TryParse(path, out GgufSplitName? part)
            ? part.All()
            : [path];
        List<StoredFile> files = [];
        foreach (string file in parts)
        {
            StoredBlob blob = await AddFileAsync(file, name, files, cancellationToken);
            files.Add(FileOf(ResolvedFileRole.Weights, blob));
        }

        byte[] config = RegistryConfig.Write(ModelFacts.From(headers[0]), files[0].Digest);
        files.Add(FileOf(ResolvedFileRole.Config, AddSmall(config, name.ToString())));
        StoredModelFiles model = new() { Name = name.ToString(), Files = files };
        store.Pins.Set(OwnerOf(name), files.Select(file => file.Digest));
        store.SaveModel(model);
        store.SaveName(name, model);
        return model;
    }

    // Pinned before it is there: an agent beside us must not free it as unneeded.
    private async Task<StoredBlob> AddFileAsync(
        string path,
        OllamaName name,
        IEnumerable<StoredFile> others,
        CancellationToken cancellationToken
    )
    {
        string temporary = store.NewTemporaryFile();
        try
        {
            ModelDigest digest = await FileHash.CopyAsync(path, temporary, cancellationToken);
            store.Pins.Set(OwnerOf(name), others.Select(file => file.Digest).Append(digest));
            return store.Commit(digest, temporary, name.ToString());
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private StoredBlob AddSmall(byte[] content, string name)
    {
        ModelDigest digest = ModelDigest.FromHash(SHA256.HashData(content));
        string temporary = store.NewTemporaryFile();
        DurableFiles.Write(temporary, content);
        return store.Commit(digest, temporary, name);
    }

    private static StoredFile FileOf(ResolvedFileRole role, StoredBlob blob) =>
        new()
        {
            Role = role,
            Digest = blob.Digest,
            SizeBytes = blob.SizeBytes,
        };
}
