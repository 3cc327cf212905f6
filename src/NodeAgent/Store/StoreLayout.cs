using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Where things lie in a store. A digest is the only way to the path of a blob:
/// <code>
/// lock                          held by the one process that uses the store
/// blobs/sha256/ab/ab12…         verified bytes, never changed
/// blobs/sha256/ab/ab12….json    size, digest and name as recorded when they were verified
/// partial/ab12…/data, journal   a download under way
/// models/ab12….json             files of the model whose weights have this digest
/// names/…json                   what a name means
/// pins/…json                    who needs which digests
/// references/…json              files that are read where they lie
/// access/ab12….json             namespaces that may have a file that was pulled with a credential
/// quarantine/ab12…              what a verification found damaged
/// views/ab12…/                  links with the names that the parts of a split model must have
/// </code>
/// </summary>
internal sealed class StoreLayout(string root)
{
    /// <summary>What follows the path of a blob in the path of its record.</summary>
    public const string RecordSuffix = ".json";

    public string Root { get; } = Path.GetFullPath(root);

    public string LockFile => Path.Combine(Root, "lock");

    public string Blobs => Path.Combine(Root, "blobs", "sha256");

    public string Partial => Path.Combine(Root, "partial");

    public string Models => Path.Combine(Root, "models");

    public string Names => Path.Combine(Root, "names");

    public string Pins => Path.Combine(Root, "pins");

    public string References => Path.Combine(Root, "references");

    public string Quarantine => Path.Combine(Root, "quarantine");

    public string Views => Path.Combine(Root, "views");

    public string Blob(ModelDigest digest) => Path.Combine(Blobs, digest.Hex[..2], digest.Hex);

    public string BlobRecord(ModelDigest digest) => Blob(digest) + RecordSuffix;

    public string PartialOf(ModelDigest key) => Path.Combine(Partial, key.Hex);

    public string Access(ModelDigest digest) => Path.Combine(Root, "access", digest.Hex + RecordSuffix);

    public string Model(ModelDigest weights) => Path.Combine(Models, weights.Hex + ".json");

    /// <summary>File of a name; hashed, so that no name can leave the folder.</summary>
    public string Name(string name) => Path.Combine(Names, Hashed(name));

    public string Pin(string owner) => Path.Combine(Pins, Hashed(owner));

    public string Reference(string path) => Path.Combine(References, Hashed(path));

    public string View(ModelDigest weights) => Path.Combine(Views, weights.Hex);

    private static string Hashed(string text) => KeyOf(text).Hex + ".json";

    /// <summary>A digest that stands for a text, where a file name is needed for it.</summary>
    public static ModelDigest KeyOf(string text) =>
        ModelDigest.FromHash(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))
        );
}
