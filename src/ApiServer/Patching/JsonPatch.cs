using System.Globalization;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Patching;

/// <summary>JSON patch, RFC 6902: add, remove, replace, move, copy, test; all of it or nothing.</summary>
internal static class JsonPatch
{
    /// <summary>As in k8s.io/apiserver, maxJSONPatchOperations.</summary>
    private const int MostOperations = 10_000;

    public static JsonObject Apply(JsonObject target, JsonArray patch)
    {
        if (patch.Count > MostOperations)
        {
            throw new ApiException(
                413,
                "RequestEntityTooLarge",
                $"The allowed maximum operations in a JSON patch is {MostOperations}, got {patch.Count}"
            );
        }
        JsonNode? document = target;
        foreach (var operation in patch)
        {
            document = ApplyOne(
                document,
                operation as JsonObject ?? throw Refused("an operation is not an object")
            );
        }
        return document as JsonObject ?? throw Refused("the result is not an object");
    }

    private static JsonNode? ApplyOne(JsonNode? document, JsonObject operation)
    {
        var path = Pointer(operation.Text("path") ?? throw Refused("missing path"));
        switch (operation.Text("op"))
        {
            case "add":
                return Add(document, path, Value(operation));
            case "remove":
                return Remove(document, path);
            case "replace":
                Find(document, path);
                return path.Length == 0 ? Value(operation) : Replace(document, path, Value(operation));
            case "move":
                var source = Pointer(operation.Text("from") ?? throw Refused("missing from"));
                var moved = Find(document, source)?.DeepClone();
                return Add(Remove(document, source), path, moved);
            case "copy":
                return Add(
                    document,
                    path,
                    Find(document, Pointer(operation.Text("from") ?? throw Refused("missing from")))
                        ?.DeepClone()
                );
            case "test":
                return Test(document, path, operation);
            default:
                throw ApiErrors.BadRequest(
                    $"invalid operation {JsonWriting.ToText(operation)}: unsupported operation"
                );
        }
    }

    private static JsonNode? Test(JsonNode? document, string[] path, JsonObject operation)
    {
        var actual = TryFind(document, path, out var found) ? found : null;
        return JsonNodes.Same(actual, operation["value"])
            ? document
            : throw Refused($"testing value /{string.Join('/', path)} failed: test failed");
    }

    private static JsonNode? Value(JsonObject operation) =>
        operation.TryGetPropertyValue("value", out var value)
            ? value?.DeepClone()
            : throw Refused("missing value");

    private static string[] Pointer(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }
        if (!pointer.StartsWith('/'))
        {
            throw Refused($"invalid path {pointer}");
        }
        return
        [
            .. pointer[1..]
                .Split('/')
                .Select(p =>
                    p.Replace("~1", "/", StringComparison.Ordinal)
                        .Replace("~0", "~", StringComparison.Ordinal)
                ),
        ];
    }

    private static JsonNode? Find(JsonNode? document, string[] path) =>
        TryFind(document, path, out var found)
            ? found
            : throw Refused($"doc is missing path: /{string.Join('/', path)}: missing value");

    private static bool TryFind(JsonNode? document, string[] path, out JsonNode? found)
    {
        found = document;
        foreach (var part in path)
        {
            switch (found)
            {
                case JsonObject item when item.TryGetPropertyValue(part, out var below):
                    found = below;
                    break;
                case JsonArray array when Index(part, array.Count - 1) is { } at:
                    found = array[at];
                    break;
                default:
                    return false;
            }
        }
        return true;
    }

    private static JsonNode? Add(JsonNode? document, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            return value;
        }
        switch (Find(document, path[..^1]))
        {
            case JsonObject item:
                item[path[^1]] = value;
                break;
            case JsonArray array when path[^1] == "-":
                array.Add(value);
                break;
            case JsonArray array:
                var at = Index(path[^1], array.Count) ?? throw Refused($"invalid index {path[^1]}");
                array.Insert(at, value);
                break;
            default:
                throw Refused($"doc is missing path: /{string.Join('/', path)}: missing value");
        }
        return document;
    }

    private static JsonNode? Replace(JsonNode? document, string[] path, JsonNode? value)
    {
        switch (Find(document, path[..^1]))
        {
            case JsonObject item:
                item[path[^1]] = value;
                break;
            case JsonArray array:
                array[Index(path[^1], array.Count - 1)!.Value] = value;
                break;
            default:
                break;
        }
        return document;
    }

    private static JsonNode? Remove(JsonNode? document, string[] path)
    {
        if (path.Length == 0)
        {
            return null;
        }
        Find(document, path);
        switch (Find(document, path[..^1]))
        {
            case JsonObject item:
                item.Remove(path[^1]);
                break;
            case JsonArray array:
                array.RemoveAt(Index(path[^1], array.Count - 1)!.Value);
                break;
            default:
                break;
        }
        return document;
    }

    private static int? Index(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= most
            ? at
            : null;

    private static ApiException Refused(string why) =>
        new(422, "Invalid", $"the server rejected our request due to an error in our request: {why}", []);
}
