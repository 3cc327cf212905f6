using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Selectors;

/// <summary>A parsed field selector such as <c>metadata.name=a,spec.node!=b</c>.</summary>
internal sealed class FieldSelector
{
    private readonly ResourceType _type;
    private readonly IReadOnlyList<(string Path, bool Equal, string Value)> _terms;

    private FieldSelector(ResourceType type, IReadOnlyList<(string, bool, string)> terms) =>
        (_type, _terms) = (type, terms);

    public bool MatchesAll => _terms.Count == 0;

    /// <summary>The one name that can match, or null when there may be others.</summary>
    public string? Name => _terms.FirstOrDefault(t => t is { Path: "metadata.name", Equal: true }).Value;

    /// <exception cref="ApiException">400: the text is no selector, or names a field that cannot be selected by.</exception>
    public static FieldSelector Parse(string text, ResourceType type)
    {
        var terms = new List<(string, bool, string)>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
            {
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{part}'");
            }
            var unequal = part[at - 1] == '!';
            var path = part[..(unequal ? at - 1 : at)].Trim();
            var value = part[(at + 1)..];
            value = value.StartsWith('=') ? value[1..] : value;
            var known = path is "metadata.name" || (path is "metadata.namespace" && type.Namespaced);
            if (!known && !type.SelectableFields.Contains(path))
            {
                throw ApiErrors.BadRequest($"field label not supported: {path}");
            }
            terms.Add((path, !unequal, value));
        }
        return new(type, terms);
    }

    public bool Matches(StoredObject item)
    {
        JsonObject? content = null;
        foreach (var (path, equal, value) in _terms)
        {
            var actual = path switch
            {
                "metadata.name" => item.Name,
                "metadata.namespace" => item.Namespace,
                _ => Read(content ??= Parse(item), path),
            };
            if (string.Equals(actual, value, StringComparison.Ordinal) != equal)
            {
                return false;
            }
        }
        return true;
    }

    private JsonObject Parse(StoredObject item)
    {
        var content = item.Parse();
        _type.Rules.FromStorage(content, _type);
        return content;
    }

    private static string Read(JsonObject content, string path)
    {
        JsonNode? node = content;
        foreach (var name in path.Split('.'))
        {
            node = (node as JsonObject)?[name];
        }
        return node switch
        {
            null => "",
            // "source" of an event stands for its component.
            JsonObject item => item.Text("component") ?? "",
            _ => node.Text() ?? JsonWriting.ToText(node),
        };
    }
}
