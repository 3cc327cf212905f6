using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>
/// The one way in which Kubernetes objects become JSON and back: camelCase, enums as CamelCase strings, absent
/// instead of null, raw UTF-8 (C41: not every JSON escape is understood by the server's apply parser).
/// </summary>
public static class KubernetesJson
{
    /// <summary>Options for all Kubernetes JSON. Read-only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Text of a value as UTF-8 bytes.</summary>
    public static byte[] ToUtf8<T>(T value) =>
        RawUtf8.Unescape(JsonSerializer.SerializeToUtf8Bytes(value, Options));

    /// <summary>Text of a value.</summary>
    public static string ToText<T>(T value) => System.Text.Encoding.UTF8.GetString(ToUtf8(value));

    /// <summary>The value as a JSON document.</summary>
    public static JsonObject ToNode<T>(T value) =>
        JsonSerializer.SerializeToNode(value, Options) as JsonObject
        ?? throw new JsonException($"{typeof(T).Name} is not a JSON object.");

    /// <summary>Reads a value.</summary>
    /// <exception cref="JsonException">The text is not JSON or does not have the shape of <typeparamref name="T"/>.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize<T>(utf8, Options) ?? throw new JsonException("The JSON text is null.");

    /// <summary>Reads a value from a JSON document.</summary>
    /// <exception cref="JsonException">The document does not have the shape of <typeparamref name="T"/>.</exception>
    public static T Read<T>(JsonNode node) =>
        node.Deserialize<T>(Options) ?? throw new JsonException("The JSON document is null.");

    /// <summary>True when two values have the same JSON.</summary>
    public static bool AreEqual<T>(T left, T right) =>
        JsonNode.DeepEquals(
            JsonSerializer.SerializeToNode(left, Options),
            JsonSerializer.SerializeToNode(right, Options)
        );

    private static JsonSerializerOptions Create()
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            MaxDepth = 64,
        };
        options.Converters.Add(new JsonStringEnumConverter());
        options.Converters.Add(new TimestampConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
