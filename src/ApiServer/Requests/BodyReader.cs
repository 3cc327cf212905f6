using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Protobuf;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.Requests;

/// <summary>Reads request bodies up to the size that the Kubernetes API server takes.</summary>
internal static class BodyReader
{
    /// <summary>As in k8s.io/apiserver, MaxRequestBodyBytes.</summary>
    public const int MostBytes = 3 * 1024 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (request.ContentLength > MostBytes)
        {
            throw ApiErrors.TooLarge(MostBytes);
        }
        var buffer = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 4096) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(buffer.GetMemory(4096), cancellation);
            if (read == 0)
            {
                return buffer.WrittenMemory;
            }
            buffer.Advance(read);
            if (buffer.WrittenCount > MostBytes)
            {
                throw ApiErrors.TooLarge(MostBytes);
            }
        }
    }

    /// <summary>The content type without its parameters, in lower case.</summary>
    public static string ContentType(HttpRequest request) =>
        (request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>An object in JSON, or in YAML where the content type says so.</summary>
    public static async Task<JsonObject> ReadObjectAsync(
        HttpRequest request,
        ICollection<string> duplicates,
        CancellationToken cancellation
    )
    {
        var body = await ReadAsync(request, cancellation);
        return ContentType(request) switch
        {
            "" or "application/json" or "application/x-www-form-urlencoded" => ParseJson(
                body.Span,
                duplicates
            ),
            "application/yaml" => YamlBody.Parse(body.Span),
            ProtobufBody.ContentType => ProtobufBody.Parse(body.Span),
            var other => throw ApiErrors.UnsupportedMediaType(other, "application/json", "application/yaml"),
        };
    }

    public static JsonObject ParseJson(ReadOnlySpan<byte> body, ICollection<string>? duplicates = null)
    {
        try
        {
            return JsonReading.ParseObject(body, duplicates);
        }
        catch (JsonException e)
        {
            throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
        }
    }
}
