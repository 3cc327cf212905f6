using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Patching;

/// <summary>What is said when an apply changes fields that others manage.</summary>
internal static class ApplyConflicts
{
    public static ApiException Refuse(IReadOnlyList<(ManagedEntry Manager, FieldSet Fields)> conflicts)
    {
        var all = conflicts
            .SelectMany(c => c.Fields.Paths().Select(p => (Who: Describe(c.Manager), Path: PathText(p))))
            .ToList();
        var causes = all.Select(c =>
            (JsonNode?)
                new JsonObject
                {
                    ["reason"] = "FieldManagerConflict",
                    ["message"] = $"conflict with {c.Who}",
                    ["field"] = c.Path,
                }
        );
        return new(
            409,
            "Conflict",
            $"Apply failed with {all.Count} conflict{(all.Count == 1 ? "" : "s")}: {Summary(all)}",
            new JsonObject { ["causes"] = new JsonArray([.. causes]) }
        );
    }

    private static string Summary(List<(string Who, string Path)> all)
    {
        if (all.Count == 1)
        {
            return $"conflict with {all[0].Who}: {all[0].Path}";
        }
        var groups = all.GroupBy(c => c.Who)
            .Select(g => $"conflicts with {g.Key}:\n{string.Join('\n', g.Select(c => $"- {c.Path}"))}");
        return string.Join('\n', groups);
    }

    /// <summary><c>"kubectl" with subresource "status" using v1</c>.</summary>
    private static string Describe(ManagedEntry entry)
    {
        var text = $"\"{entry.Manager}\"";
        if (entry.Subresource.Length > 0)
        {
            text += $" with subresource \"{entry.Subresource}\"";
        }
        if (entry.Operation == ManagedEntry.Update)
        {
            text += $" using {entry.ApiVersion}";
        }
        return text;
    }

    /// <summary><c>.spec.ports[name="http"].port</c>.</summary>
    public static string PathText(IReadOnlyList<string> path) => string.Concat(path.Select(ElementText));

    private static string ElementText(string element)
    {
        var rest = element[2..];
        if (element.StartsWith("f:", StringComparison.Ordinal))
        {
            return $".{rest}";
        }
        if (element.StartsWith("k:", StringComparison.Ordinal))
        {
            var keys = (JsonNode.Parse(rest) as JsonObject ?? []).Select(p =>
                $"{p.Key}={JsonWriting.ToText(p.Value)}"
            );
            return $"[{string.Join(',', keys)}]";
        }
        return $"[={rest}]";
    }
}
