using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Cli.Applying;

/// <summary>Reads manifests from files, folders and standard input.</summary>
internal static class ManifestReader
{
    private const long MaximumFileBytes = 8 << 20;
    private static readonly string[] s_extensions = [".yaml", ".yml", ".json"];

    /// <summary>Reads all documents, in order; <c>-</c> is standard input, a folder stands for its files.</summary>
    /// <exception cref="CliException">A file cannot be read or is not YAML.</exception>
    public static async Task<IReadOnlyList<Manifest>> ReadAsync(
        IEnumerable<string> paths,
        TextReader standardInput,
        CancellationToken cancellationToken
    )
    {
        List<Manifest> manifests = [];
        foreach (string path in paths.SelectMany(Expand))
        {
            string name = path == "-" ? "standard input" : path;
            string text =
                path == "-"
                    ? await standardInput.ReadToEndAsync(cancellationToken)
                    : await ReadFileAsync(path, cancellationToken);
            manifests.AddRange(Parse(text, name));
        }

        return manifests.Count > 0
            ? manifests
            : throw new CliException($"No object was found in {string.Join(", ", paths)}.");
    }

    private static IEnumerable<string> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        string[] files =
        [
            .. Directory
                .EnumerateFiles(path)
                .Where(f => s_extensions.Contains(Path.GetExtension(f)))
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0
            ? files
            : throw new CliException($"The folder {path} has no .yaml, .yml or .json file.");
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            FileInfo file = new(path);
            if (file.Exists && file.Length > MaximumFileBytes)
            {
                throw new CliException($"{path} has more than 8 MiB; that is no manifest.");
            }

            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path} cannot be read: {e.Message}");
        }
    }

    private static IEnumerable<Manifest> Parse(string text, string name)
    {
        IReadOnlyList<JsonObject> documents;
        try
        {
            documents = KubernetesYaml.ReadAll(text, name);
        }
        catch (KubernetesYamlException e)
        {
            throw new CliException(e.Message);
        }

        int number = 0;
        foreach (JsonObject document in documents)
        {
            number++;
            string origin = documents.Count == 1 ? name : $"{name} (document {number})";
            if ((string?)document["kind"] == "List" && document["items"] is JsonArray items)
            {
                foreach (JsonNode? item in items)
                {
                    yield return new Manifest(
                        item?.DeepClone() as JsonObject
                            ?? throw new CliException($"{origin}: an item is no object."),
                        origin
                    );
                }
            }
            else
            {
                yield return new Manifest(document, origin);
            }
        }
    }
}
