using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Api.Schema;

/// <summary>The CustomResourceDefinitions of the product, as deploy/crds has them; part of the assembly.</summary>
public static class CrdManifests
{
    private const string Prefix = "crds/";

    private static readonly Lazy<IReadOnlyList<string>> s_texts = new(ReadTexts);

    /// <summary>All definitions, by plural name; a fresh copy at each call.</summary>
    public static IReadOnlyList<JsonObject> All =>
        [.. s_texts.Value.SelectMany(text => KubernetesYaml.ReadAll(text, "deploy/crds"))];

    /// <summary>File name of a kind's manifest.</summary>
    internal static string FileNameOf(JsonObject crd) =>
        $"{crd["spec"]!["group"]}_{crd["spec"]!["names"]!["plural"]}.yaml";

    /// <summary>Manifest of a kind, generated from its C# type.</summary>
    internal static string Text(JsonObject crd) =>
        "# Generated from src/Api; do not edit. eng/generate writes it again.\n" + KubernetesYaml.Write(crd);

    /// <summary>
    /// Generates all manifests from the C# types and writes them to a folder as
    /// <c>llmoperator.dev_&lt;plural&gt;.yaml</c>. Needs the documentation files of the assemblies beside the program.
    /// </summary>
    /// <param name="directory">Folder; made when it does not exist.</param>
    public static void WriteYaml(string directory)
    {
        Directory.CreateDirectory(directory);
        foreach (JsonObject crd in CrdGenerator.Kinds.Select(CrdGenerator.Generate))
        {
            File.WriteAllText(Path.Combine(directory, FileNameOf(crd)), Text(crd));
        }
    }

    private static IReadOnlyList<string> ReadTexts()
    {
        Assembly assembly = typeof(CrdManifests).Assembly;
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using StreamReader reader = new(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
                    return reader.ReadToEnd();
                }),
        ];
    }
}
