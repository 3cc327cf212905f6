using System.Globalization;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Tables;

/// <summary>
/// The JSONPath that printer columns use: <c>.a.b</c>, <c>['a']</c>, <c>[0]</c>, <c>[-1]</c>, <c>[*]</c>, and
/// <c>[?(@.type=="Ready")]</c>.
/// </summary>
internal static class JsonPath
{
    public static IReadOnlyList<JsonNode> Find(JsonNode? root, string path)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in Steps(path))
        {
            found = found.SelectMany(node => Take(node, step));
        }
        return [.. found.OfType<JsonNode>()];
    }

    private static IEnumerable<string> Steps(string path)
    {
        var at = 0;
        while (at < path.Length)
        {
            if (path[at] == '[')
            {
                var end = ClosingBracket(path, at);
                yield return path[at..end];
                at = end;
            }
            else
            {
                at += path[at] == '.' ? 1 : 0;
                var end = at;
                while (end < path.Length && path[end] is not ('.' or '['))
                {
                    end += path[end] == '\\' ? 2 : 1;
                }
                end = Math.Min(end, path.Length);
                if (end > at)
                {
                    yield return path[at..end].Replace("\\", "", StringComparison.Ordinal);
                }
                at = end;
            }
        }
    }

    private static int ClosingBracket(string path, int open)
    {
        var quote = '\0';
        for (var i = open + 1; i < path.Length; i++)
        {
            if (quote != '\0')
            {
                quote = path[i] == quote ? '\0' : quote;
            }
            else if (path[i] is '"' or '\'')
            {
                quote = path[i];
            }
            else if (path[i] == ']')
            {
                return i + 1;
            }
        }
        return path.Length;
    }

    private static IEnumerable<JsonNode?> Take(JsonNode? node, string step)
    {
        if (!step.StartsWith('['))
        {
            return step == "*" ? Children(node) : [(node as JsonObject)?[step]];
        }
        var inside = step[1..^1].Trim();
        if (inside == "*")
        {
            return Children(node);
        }
        if (inside.StartsWith("?(", StringComparison.Ordinal))
        {
            return Filter(node, inside[2..^1].Trim());
        }
        if (inside.StartsWith('\'') || inside.StartsWith('"'))
        {
            return [(node as JsonObject)?[inside[1..^1]]];
        }
        return Element(node as JsonArray, inside);
    }

    private static IEnumerable<JsonNode?> Children(JsonNode? node) =>
        node switch
        {
            JsonArray array => array,
            JsonObject item => item.Select(p => p.Value),
            _ => [],
        };

    /// <summary><c>0</c>, <c>-1</c>, or <c>-1:</c> for the last one.</summary>
    private static IEnumerable<JsonNode?> Element(JsonArray? array, string index)
    {
        if (
            array is null
            || !int.TryParse(
                index.TrimEnd(':'),
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var at
            )
        )
        {
            return [];
        }
        at = at < 0 ? array.Count + at : at;
        if (at < 0 || at >= array.Count)
        {
            return [];
        }
        return index.EndsWith(':') ? array.Skip(at) : [array[at]];
    }

    private static IEnumerable<JsonNode?> Filter(JsonNode? node, string condition)
    {
        foreach (var sign in new[] { "==", "!=" })
        {
            var at = condition.IndexOf(sign, StringComparison.Ordinal);
            if (at < 0)
            {
                continue;
            }
            var path = condition[..at].Trim().TrimStart('@');
            var wanted = condition[(at + 2)..].Trim().Trim('"', '\'');
            return Children(node).Where(c => (Text(Find(c, path)) == wanted) == (sign == "=="));
        }
        return Children(node).Where(c => Find(c, condition.TrimStart('@')).Count > 0);
    }

    private static string? Text(IReadOnlyList<JsonNode> found) =>
        found.Count == 0 ? null : found[0].Text() ?? JsonWriting.ToText(found[0]);
}
