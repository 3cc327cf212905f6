using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Images;

/// <summary>An archive of deploy/images/build, read as a container runtime reads it.</summary>
internal sealed class BuiltImage
{
    private readonly Dictionary<string, byte[]> _entries = new(StringComparer.Ordinal);

    public BuiltImage(string archive)
    {
        using FileStream file = File.OpenRead(archive);
        using TarReader tar = new(file);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is { } data)
            {
                using MemoryStream content = new();
                data.CopyTo(content);
                _entries[entry.Name] = content.ToArray();
            }
        }
    }

    public JsonNode Index => Json("index.json");

    /// <summary>What `docker load` reads.</summary>
    public JsonNode DockerManifest => Json("manifest.json")[0]!;

    public JsonNode Manifest => Json(PathOf(Index["manifests"]![0]!));

    public JsonNode Config => Json(PathOf(Manifest["config"]!));

    /// <summary>Entries of all layers, in order.</summary>
    public IReadOnlyList<TarEntry> Files =>
        [
            .. Manifest["layers"]!
                .AsArray()
                .SelectMany(layer => EntriesOf(new MemoryStream(_entries[PathOf(layer!)]))),
        ];

    /// <summary>Every blob whose name is not its digest, or whose size is not the one that a descriptor says.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (
            (string name, byte[] content) in _entries.Where(e =>
                e.Key.StartsWith("blobs/", StringComparison.Ordinal)
            )
        )
        {
            if (name != $"blobs/sha256/{Convert.ToHexStringLower(SHA256.HashData(content))}")
            {
                yield return $"{name} has another digest";
            }
        }

        JsonNode manifest = Manifest;
        foreach (
            JsonNode? descriptor in manifest["layers"]!
                .AsArray()
                .Append(manifest["config"])
                .Append(Index["manifests"]![0])
        )
        {
            if ((int)descriptor!["size"]! != _entries[PathOf(descriptor)].Length)
            {
                yield return $"{descriptor["digest"]} has another size";
            }
        }
    }

    public static string PathOf(JsonNode descriptor) =>
        ((string)descriptor["digest"]!).Replace("sha256:", "blobs/sha256/", StringComparison.Ordinal);

    private JsonNode Json(string name) => JsonNode.Parse(_entries[name])!;

    private static IEnumerable<TarEntry> EntriesOf(Stream layer)
    {
        using TarReader tar = new(layer);
        while (tar.GetNextEntry() is { } entry)
        {
            yield return entry;
        }
    }
}
