using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>Small JSON answers that the router makes itself.</summary>
internal static class JsonAnswer
{
    /// <summary>Answers 200 with what is written.</summary>
    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        using MemoryStream body = new();
        await using (Utf8JsonWriter writer = new(body))
        {
            write(writer);
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(
            body.GetBuffer().AsMemory(0, (int)body.Length),
            context.RequestAborted
        );
    }
}
