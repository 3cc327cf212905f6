using System.Buffers;
using System.Text.Json;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Watching;

/// <summary>
/// Reads one line of a watch, for example <c>{"type":"ADDED","object":{"kind":"LlmModel",…}}</c>. The object is
/// deserialized straight from the line, once.
/// </summary>
internal static class WatchEventParser<T>
    where T : KubernetesObject
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    private static readonly ResourceDefinition s_resource = ResourceDefinition.For<T>();

    /// <exception cref="JsonException">The line is malformed, or of a kind that was not asked for (C22).</exception>
    public static WatchEvent<T> Parse(ReadOnlySequence<byte> line)
    {
        Utf8JsonReader reader = new(
            line,
            new JsonReaderOptions { MaxDepth = KubernetesJson.Options.MaxDepth }
        );
        Require(ref reader, JsonTokenType.StartObject);
        string? type = null;
        Utf8JsonReader objectBeforeType = default;
        bool objectSeen = false;
        WatchEvent<T>? parsed = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = reader.ValueTextEquals("type"u8);
            bool isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                type = reader.GetString();
            }
            else if (isObject && type is not null)
            {
                parsed = ReadObject(type, ref reader);
            }
            else
            {
                if (isObject)
                {
                    objectBeforeType = reader;
                    objectSeen = true;
                }

                reader.Skip();
            }
        }

        if (reader.TokenType != JsonTokenType.EndObject || reader.Read())
        {
            throw new JsonException("A watch event is not one JSON object.");
        }

        // Every server writes the type first; JSON does not promise it.
        return parsed
            ?? (
                type is not null && objectSeen
                    ? ReadObject(type, ref objectBeforeType)
                    : throw new JsonException("A watch event lacks its type or object.")
            );
    }

    private static WatchEvent<T> ReadObject(string type, ref Utf8JsonReader reader) =>
        type switch
        {
            "ADDED" => new WatchEvent<T>.Added(ReadItem(ref reader)),
            "MODIFIED" => new WatchEvent<T>.Modified(ReadItem(ref reader)),
            "DELETED" => new WatchEvent<T>.Deleted(ReadItem(ref reader)),
            "BOOKMARK" => ReadBookmark(ref reader),
            "ERROR" => new WatchEvent<T>.Error(Deserialize<KubernetesStatus>(ref reader)),
            _ => throw new JsonException($"A watch event has the unknown type \"{type}\"."),
        };

    private static T ReadItem(ref Utf8JsonReader reader)
    {
        T item = Deserialize<T>(ref reader);
        RequireKind(item.ApiVersion, item.Kind);
        return item.Metadata.Name is null
            ? throw new JsonException("A watch event has an object without a name.")
            : item;
    }

    private static WatchEvent<T>.Bookmark ReadBookmark(ref Utf8JsonReader reader)
    {
        BookmarkObject bookmark = Deserialize<BookmarkObject>(ref reader);
        RequireKind(bookmark.ApiVersion, bookmark.Kind);
        return new WatchEvent<T>.Bookmark(
            bookmark.Metadata.ResourceVersion
                ?? throw new JsonException("A bookmark has no resource version."),
            bookmark.Metadata.Annotations?.GetValueOrDefault(InitialEventsEnd) == "true"
        );
    }

    private static void RequireKind(string? apiVersion, string? kind)
    {
        if (kind != s_resource.Kind || apiVersion != s_resource.ApiVersion)
        {
            throw new JsonException(
                $"A watch of {s_resource.ApiVersion} {s_resource.Kind} sent {apiVersion} {kind}."
            );
        }
    }

    private static TValue Deserialize<TValue>(ref Utf8JsonReader reader) =>
        JsonSerializer.Deserialize<TValue>(ref reader, KubernetesJson.Options)
        ?? throw new JsonException("A watch event has a null object.");

    private static void Require(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (!reader.Read() || reader.TokenType != token)
        {
            throw new JsonException("A watch event is not a JSON object.");
        }
    }

    private sealed record BookmarkObject
    {
        public string? ApiVersion { get; init; }

        public string? Kind { get; init; }

        public BookmarkMetadata Metadata { get; init; } = new();
    }

    private sealed record BookmarkMetadata
    {
        public string? ResourceVersion { get; init; }

        public Dictionary<string, string>? Annotations { get; init; }
    }
}
