using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>The list of models in OpenAI's shape.</summary>
internal static class OpenAiModelList
{
    /// <summary>Answers <c>GET /v1/models</c>.</summary>
    public static Task WriteAllAsync(HttpContext context, ModelDirectory models) =>
        JsonAnswer.WriteAsync(
            context,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("object", "list");
                writer.WriteStartArray("data");
                foreach (ModelEntry entry in models.Entries(context))
                {
                    Write(writer, entry);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        );

    /// <summary>Answers <c>GET /v1/models/ID</c>.</summary>
    public static Task WriteOneAsync(HttpContext context, ModelDirectory models)
    {
        string id = (string?)context.Request.RouteValues["id"] ?? "";
        return models.Find(context, id) is { } entry
            ? JsonAnswer.WriteAsync(context, writer => Write(writer, entry))
            : CallerDialects.WriteErrorAsync(context, models.NotFound(context, id));
    }

    private static void Write(Utf8JsonWriter writer, ModelEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("id", entry.Id);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", entry.Created.ToUnixTimeSeconds());
        writer.WriteString("owned_by", entry.Owner);
        writer.WriteEndObject();
    }
}
