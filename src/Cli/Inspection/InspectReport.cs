using System.Globalization;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Output;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Cli.Inspection;

/// <summary>What was found, as text for people and as JSON for programs.</summary>
internal static class InspectReport
{
    /// <summary>One object; sizes are bytes. Fields that the file does not state are left out.</summary>
    public static string Json(InspectedFile found)
    {
        JsonObject document = [];
        foreach ((string name, _, object? value) in Rows(found))
        {
            if (value is not null)
            {
                document[name] = value switch
                {
                    long number => number,
                    double number => number,
                    bool truth => truth,
                    IReadOnlyList<int> numbers => new JsonArray([.. numbers.Select(n => (JsonNode)n)]),
                    _ => value.ToString(),
                };
            }
        }

        document["tensorTypes"] = new JsonArray([
            .. Types(found)
                .Select(type =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["type"] = type.Name,
                            ["tensors"] = type.Count,
                            ["elements"] = type.Elements,
                            ["bytes"] = type.Bytes,
                        }
                ),
        ]);
        return document.ToJsonString(new() { WriteIndented = true }) + "\n";
    }

    /// <summary>A line for each fact, then the tensors by type.</summary>
    public static string Text(InspectedFile found)
    {
        TextTable facts = new();
        foreach ((_, string label, object? value) in Rows(found))
        {
            if (value is not null)
            {
                facts.Add([label, Words(label, value)]);
            }
        }

        TextTable types = new();
        types.Add(["TYPE", "TENSORS", "ELEMENTS", "SIZE"]);
        foreach ((string name, int count, long elements, long bytes) in Types(found))
        {
            types.Add([name, Number(count), Number(elements), ByteSize.Format(bytes)]);
        }

        return $"{facts}\n{types}";
    }

    private static IEnumerable<(string Name, string Label, object? Value)> Rows(InspectedFile found)
    {
        ModelFacts facts = found.Facts;
        GgufMetadata metadata = found.Parts[0].Metadata;
        AdapterFacts? adapter = AdapterFacts.From(found.Parts[0]);
        ProjectorFacts? projector = ProjectorFacts.From(found.Parts[0]);
        yield return ("source", "Source", found.Source);
        yield return ("digest", "Digest", found.Digest);
        yield return ("revision", "Revision", found.Revision);
        yield return ("kind", "Kind", projector is null ? facts.FileKind : "projector");
        yield return ("architecture", "Architecture", facts.Architecture);
        yield return ("name", "Name", Some(facts.Name));
        yield return ("license", "License", metadata.GetText(GgufKeys.License));
        yield return ("fileBytes", "Size", found.FileBytes);
        yield return ("parts", "Parts", found.Parts.Count > 1 ? (long)found.Parts.Count : null);
        yield return ("parameters", "Parameters", found.Tensors.Sum(tensor => tensor.ElementCount));
        yield return ("quantization", "Quantization", facts.QuantizationName);
        yield return ("tensors", "Tensors", (long)found.Tensors.Count());
        yield return ("contextLength", "Trained context", Some(facts.ContextLength));
        yield return ("layers", "Layers", Some(facts.BlockCount));
        yield return ("embeddingLength", "Embedding", Some(facts.EmbeddingLength));
        yield return ("heads", "Heads", Some(facts.HeadCount));
        yield return (
            "keyValueHeads",
            "Key-value heads",
            facts.HeadCountKv.Count == 0 ? null : Alike(facts.HeadCountKv)
        );
        yield return ("slidingWindow", "Sliding window", Some(facts.SlidingWindow?.Window ?? 0));
        yield return ("experts", "Experts", Some(facts.Experts?.Count ?? 0));
        yield return ("expertsUsed", "Experts used", Some(facts.Experts?.UsedCount ?? 0));
        yield return ("vocabulary", "Vocabulary", Some(facts.VocabularySize));
        yield return ("tokenizer", "Tokenizer", metadata.GetText(GgufKeys.TokenizerModel));
        yield return (
            "chatTemplateSha256",
            "Chat template",
            facts.ChatTemplateSha256 is { } hash ? $"sha256:{hash}" : null
        );
        yield return ("adapterAlpha", "Adapter alpha", adapter?.Alpha);
        yield return ("adapterRank", "Adapter rank", Some(adapter?.Rank ?? 0));
        yield return ("adapterTensors", "Adapted tensors", Some(adapter?.Tensors ?? 0));
        yield return ("projector", "Projector", Some(projector?.Kind ?? ""));
        yield return ("readsImages", "Reads images", projector?.HasVision);
        yield return ("readsSound", "Reads sound", projector?.HasAudio);
        yield return ("imageSize", "Image size", Some(projector?.ImageSize ?? 0));
        yield return ("patchSize", "Patch size", Some(projector?.PatchSize ?? 0));
        yield return ("readBytes", "Read", found.ReadBytes);
    }

    private static IEnumerable<(string Name, int Count, long Elements, long Bytes)> Types(
        InspectedFile found
    ) =>
        found
            .Tensors.GroupBy(tensor => tensor.Type)
            .Select(type =>
                (
                    type.Key.ToString(),
                    type.Count(),
                    type.Sum(tensor => tensor.ElementCount),
                    type.Sum(tensor => tensor.SizeBytes)
                )
            )
            .OrderByDescending(type => type.Item4)
            .ThenBy(type => type.Item1, StringComparer.Ordinal);

    // One number for all layers, or one for each.
    private static IReadOnlyList<int> Alike(IReadOnlyList<int> perLayer) =>
        perLayer.Distinct().Count() == 1 ? [perLayer[0]] : perLayer;

    private static string? Some(string text) => text.Length == 0 ? null : text;

    private static long? Some(int number) => number == 0 ? null : number;

    private static string Words(string label, object value) =>
        value switch
        {
            long bytes when label is "Size" or "Read" => $"{ByteSize.Format(bytes)} ({Number(bytes)} bytes)",
            long number => Number(number),
            double number => number.ToString(CultureInfo.InvariantCulture),
            bool truth => truth ? "yes" : "no",
            IReadOnlyList<int> numbers => string.Join(", ", numbers.Distinct()),
            _ => value.ToString() ?? "",
        };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
