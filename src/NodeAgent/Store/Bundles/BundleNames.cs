using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Bundles;

/// <summary>
/// What a bundle holds, in this order: an OCI image layout in a plain tar archive.
/// <code>
/// oci-layout             {"imageLayoutVersion":"1.0.0"}
/// index.json             the models: name, and digest and size of each manifest
/// index.json.sig         signature of index.json; missing in an unsigned bundle
/// blobs/sha256/ab12…     manifests, which list digest and size of the files; then the files
/// </code>
/// The signature covers the index, the index the manifests, and these the files.
/// </summary>
internal static class BundleNames
{
    public const string Layout = "oci-layout";
    public const string Index = "index.json";
    public const string Signature = "index.json.sig";
    public const int LongestText = 4 << 20;

    private const string BlobPrefix = "blobs/sha256/";

    public static string Of(ModelDigest digest) => BlobPrefix + digest.Hex;

    /// <summary>The digest that an entry is named by; false for any other name.</summary>
    public static bool TryParse(string name, out ModelDigest digest)
    {
        digest = default;
        return name.StartsWith(BlobPrefix, StringComparison.Ordinal)
            && ModelDigest.TryParse(name[BlobPrefix.Length..], out digest)
            && Of(digest) == name;
    }
}
