using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store.Oci;

/// <summary>
/// A stored model as an OCI manifest in the form of ModelPack; any number of weights, each with its file name:
/// <code>
/// {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
///  "artifactType":"application/vnd.cncf.model.manifest.v1+json",
///  "config":{"mediaType":"application/vnd.cncf.model.config.v1+json","digest":"sha256:…","size":123},
///  "layers":[{"mediaType":"application/vnd.cncf.model.weight.v1.raw","digest":"sha256:…","size":4661211424,
///    "annotations":{"org.cncf.model.filepath":"model-00001-of-00002.gguf","dev.llmoperator.model.role":"Weights"}}]}
/// </code>
/// Equal models give equal bytes.
/// </summary>
internal sealed record OciManifest(byte[] Content, byte[] Config)
{
    public ModelDigest Digest { get; } = ModelDigest.FromHash(SHA256.HashData(Content));

    public ModelDigest ConfigDigest { get; } = ModelDigest.FromHash(SHA256.HashData(Config));

    public static OciManifest Of(StoredModelFiles model)
    {
        byte[] config = ConfigOf(model);
        JsonObject manifest = new()
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = OciTypes.Manifest,
            ["artifactType"] = OciTypes.Artifact,
            ["config"] = new JsonObject
            {
                ["mediaType"] = OciTypes.Config,
                ["digest"] = ModelDigest.FromHash(SHA256.HashData(config)).ToString(),
                ["size"] = config.Length,
            },
            ["layers"] = new JsonArray([.. model.Files.Select((file, i) => Layer(model, file, i))]),
        };
        return new OciManifest(Bytes(manifest), config);
    }

    private static byte[] ConfigOf(StoredModelFiles model) =>
        Bytes(
            new JsonObject
            {
                ["descriptor"] = new JsonObject { ["name"] = model.Name },
                ["config"] = new JsonObject { ["format"] = "gguf" },
                ["modelfs"] = new JsonObject
                {
                    ["type"] = "layers",
                    ["diffIds"] = new JsonArray([
                        .. model.Files.Select(file => JsonValue.Create(file.Digest.ToString())),
                    ]),
                },
            }
        );

    private static JsonObject Layer(StoredModelFiles model, StoredFile file, int index) =>
        new()
        {
            ["mediaType"] = OciTypes.Of(file.Role),
            ["digest"] = file.Digest.ToString(),
            ["size"] = file.SizeBytes,
            ["annotations"] = new JsonObject
            {
                [OciTypes.FilePath] = FileNameOf(model, file, index),
                [OciTypes.Role] = file.Role.ToString(),
            },
        };

    // Names of our own: what a source called its files is not needed to load them.
    private static string FileNameOf(StoredModelFiles model, StoredFile file, int index)
    {
        int parts = model.Weights.Count();
        return file.Role switch
        {
            ResolvedFileRole.Weights when parts == 1 => "model.gguf",
            ResolvedFileRole.Weights => new GgufSplitName(
                "model",
                model.Weights.TakeWhile(part => part != file).Count() + 1,
                parts,
                ".gguf"
            ).ToString(),
            ResolvedFileRole.Projector => "mmproj.gguf",
            ResolvedFileRole.Adapter => $"adapter-{index}.gguf",
            _ => $"{file.Role.ToString().ToLowerInvariant()}-{index}",
        };
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
