using System.Security.Cryptography;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// What a bundle's index and manifests list, and which of it has come. Names in the archive are compared with it and are
/// never a path. Pure.
/// </summary>
internal sealed class BundleListing
{
    // 16 TiB: so that no sum of what a bundle may list passes 64 bits.
    private const long LargestFile = 1L << 44;
    private readonly Dictionary<ModelDigest, long> _expected = [];
    private readonly Dictionary<ModelDigest, BundleDescriptor> _manifests = [];
    private readonly HashSet<ModelDigest> _seen = [];
    private readonly HashSet<ModelDigest> _headers = [];
    private readonly List<(BundleDescriptor Manifest, StoredModelFiles Model)> _models = [];

    /// <summary>Takes the index, which must be trusted.</summary>
    /// <exception cref="StoreException">It cannot be.</exception>
    public BundleListing(byte[] index)
    {
        foreach (BundleDescriptor manifest in BundleDocuments.ReadIndex(index))
        {
            Expect(manifest, BundleNames.LongestText);
            _manifests[manifest.Digest] = manifest;
        }
    }

    /// <summary>Models of the manifests that have come.</summary>
    public IReadOnlyList<(BundleDescriptor Manifest, StoredModelFiles Model)> Models => _models;

    /// <summary>Everything that is listed so far, with its size.</summary>
    public IReadOnlyDictionary<ModelDigest, long> Expected => _expected;

    /// <summary>Whether a file must be a sound GGUF file.</summary>
    public bool IsModelFile(ModelDigest digest) => _headers.Contains(digest);

    /// <summary>The manifest of a digest; null when it is a file's.</summary>
    public BundleDescriptor? ManifestOf(ModelDigest digest) => _manifests.GetValueOrDefault(digest);

    /// <summary>The digest of an entry, which is listed and has not come before.</summary>
    /// <exception cref="StoreException">It is not, or its size is another.</exception>
    public ModelDigest Take(TarHeader header)
    {
        if (
            !BundleNames.TryParse(header.Name, out ModelDigest digest)
            || !_expected.TryGetValue(digest, out long size)
        )
        {
            throw new StoreException(
                $"The bundle holds '{TarHeader.Shown(header.Name)}', which its index does not list."
            );
        }

        if (!_seen.Add(digest))
        {
            throw new StoreException($"The bundle holds {digest} twice.");
        }

        return header.SizeBytes == size
            ? digest
            : throw new StoreException(
                $"The bundle holds {digest} with {header.SizeBytes} bytes and lists it with {size}."
            );
    }

    /// <summary>Takes what a manifest lists.</summary>
    /// <exception cref="StoreException">Its bytes have another digest, or it cannot be taken.</exception>
    public void Add(BundleDescriptor manifest, byte[] content)
    {
        RequireDigest(manifest.Digest, ModelDigest.FromHash(SHA256.HashData(content)));
        (BundleDescriptor config, IReadOnlyList<BundleDescriptor> layers) = BundleDocuments.ReadManifest(
            content
        );
        Expect(config, BundleNames.LongestText);
        foreach (BundleDescriptor layer in layers)
        {
            Expect(layer, LargestFile);
        }

        StoredModelFiles model = BundleDocuments.ModelOf(manifest, layers);
        _models.Add((manifest, model));
        _headers.UnionWith(
            model
                .Files.Where(file =>
                    file.Role
                        is ResolvedFileRole.Weights
                            or ResolvedFileRole.Projector
                            or ResolvedFileRole.Adapter
                )
                .Select(file => file.Digest)
        );
    }

    /// <summary>All manifests have come, so that everything is known that is to come.</summary>
    /// <exception cref="StoreException">One has not.</exception>
    public void RequireManifests()
    {
        if (
            _manifests.Keys.FirstOrDefault(digest => !_seen.Contains(digest)) is var missing
            && missing != default
        )
        {
            throw new StoreException($"The bundle is mixed up: files come before the manifest {missing}.");
        }
    }

    /// <summary>All that is listed has come.</summary>
    /// <exception cref="StoreException">Something has not.</exception>
    public void RequireAll()
    {
        if (
            _expected.Keys.FirstOrDefault(digest => !_seen.Contains(digest)) is var missing
            && missing != default
        )
        {
            throw new StoreException($"The bundle is incomplete: {missing} is listed and not in it.");
        }
    }

    /// <summary>Bytes have the digest that is listed.</summary>
    /// <exception cref="StoreException">They have another.</exception>
    public static void RequireDigest(ModelDigest expected, ModelDigest actual)
    {
        if (actual != expected)
        {
            throw new StoreException(
                $"The bundle is damaged: the bytes listed as {expected} have the digest {actual}."
            );
        }
    }

    private void Expect(BundleDescriptor wanted, long most)
    {
        if (wanted.SizeBytes > most)
        {
            throw new StoreException(
                $"The bundle lists {wanted.Digest} with {wanted.SizeBytes} bytes, and at most {most} are taken."
            );
        }

        if (_expected.TryGetValue(wanted.Digest, out long size) && size != wanted.SizeBytes)
        {
            throw new StoreException($"The bundle lists {wanted.Digest} twice with different sizes.");
        }

        _expected[wanted.Digest] = wanted.SizeBytes;
    }
}
