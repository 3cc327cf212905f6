using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>Answers of one JSON text.</summary>
internal static class JsonAnswer
{
    /// <summary>Answers a text.</summary>
    public static async Task WriteAsync(
        HttpResponse client,
        int status,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken
    )
    {
        client.StatusCode = status;
        client.ContentType = "application/json";
        client.ContentLength = json.Length;
        await client.Body.WriteAsync(json, cancellationToken);
    }

    /// <summary>Answers 200 with what is written.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using MemoryStream body = new();
        await using (Utf8JsonWriter writer = new(body))
        {
            write(writer);
        }

        await WriteAsync(
            context.Response,
            StatusCodes.Status200OK,
            body.GetBuffer().AsMemory(0, (int)body.Length),
            context.RequestAborted
        );
    }
}
