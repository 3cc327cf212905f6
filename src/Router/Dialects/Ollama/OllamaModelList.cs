using System.Text.Json;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using LlmOperator.Router.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>What is there, in Ollama's shape: <c>/api/tags</c>, <c>/api/ps</c>, <c>/api/show</c>, <c>/api/version</c>.</summary>
internal static class OllamaModelList
{
    // Clients compare it with the version that brought a feature; this one has all that is answered here.
    private const string Version = "0.12.0";
    private const int LongestShowRequest = 64 << 10;

    /// <summary>Maps the paths.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, ModelDirectory models)
    {
        endpoints.MapMethods("/", ["GET", "HEAD"], () => Results.Text("Ollama is running"));
        endpoints.MapGet(
            "/api/version",
            context =>
                JsonAnswer.WriteAsync(
                    context,
                    json => WriteObject(json, j => j.WriteString("version", Version))
                )
        );
        endpoints.MapGet("/api/tags", context => WriteListAsync(context, models.Entries(context), Write));
        endpoints.MapGet(
            "/api/ps",
            context =>
                WriteListAsync(
                    context,
                    models.Entries(context).Where(e => e.Model?.Replicas.Any(r => r.IsLoaded) == true),
                    WriteRunning
                )
        );
        endpoints.MapPost("/api/show", context => ShowAsync(context, models));
    }

    private static Task WriteListAsync(
        HttpContext context,
        IEnumerable<ModelEntry> entries,
        Action<Utf8JsonWriter, ModelEntry> write
    ) =>
        JsonAnswer.WriteAsync(
            context,
            json =>
                WriteObject(
                    json,
                    j =>
                    {
                        j.WriteStartArray("models");
                        foreach (ModelEntry entry in entries)
                        {
                            WriteObject(j, item => write(item, entry));
                        }

                        j.WriteEndArray();
                    }
                )
        );

    private static void Write(Utf8JsonWriter json, ModelEntry entry)
    {
        LocalModelFacts facts = entry.Model?.Facts ?? LocalModelFacts.None;
        json.WriteString("name", entry.Id);
        json.WriteString("model", entry.Id);
        json.WriteString("modified_at", entry.Created);
        json.WriteNumber("size", facts.SizeBytes);
        json.WriteString("digest", facts.Digest);
        WriteDetails(json, facts);
    }

    private static void WriteRunning(Utf8JsonWriter json, ModelEntry entry)
    {
        LocalModelFacts facts = entry.Model!.Facts;
        Write(json, entry);
        json.WriteNumber("size_vram", facts.MemoryBytes);
        json.WriteNumber("context_length", facts.ContextLength);
    }

    private static void WriteDetails(Utf8JsonWriter json, LocalModelFacts facts)
    {
        json.WriteStartObject("details");
        json.WriteString("parent_model", "");
        json.WriteString("format", "gguf");
        json.WriteString("family", facts.Architecture);
        json.WriteStartArray("families");
        if (facts.Architecture.Length > 0)
        {
            json.WriteStringValue(facts.Architecture);
        }

        json.WriteEndArray();
        json.WriteString("parameter_size", ParameterText(facts.Parameters));
        json.WriteString("quantization_level", facts.Quantization);
        json.WriteEndObject();
    }

    private static string ParameterText(long parameters) =>
        parameters switch
        {
            0 => "",
            < 1_000_000_000 => FormattableString.Invariant($"{parameters / 1e6:0.##}M"),
            _ => FormattableString.Invariant($"{parameters / 1e9:0.#}B"),
        };

    private static Task ShowAsync(HttpContext context, ModelDirectory models) =>
        RequestBody.UseAsync(
            context,
            LongestShowRequest,
            async body =>
            {
                using JsonDocument document = Field.Parse(body);
                Field root = new(document.RootElement, "");
                string name = (root["model"].IsSet ? root["model"] : root["name"]).Text();
                ModelEntry entry =
                    models.Find(context, name)
                    ?? throw new InvalidRequestException(models.NotFound(context, name));
                await JsonAnswer.WriteAsync(context, json => WriteObject(json, j => WriteShown(j, entry)));
            }
        );

    private static void WriteShown(Utf8JsonWriter json, ModelEntry entry)
    {
        LocalModelFacts facts = entry.Model?.Facts ?? LocalModelFacts.None;
        WriteDetails(json, facts);
        json.WriteStartObject("model_info");
        json.WriteString("general.architecture", facts.Architecture);
        json.WriteNumber("general.parameter_count", facts.Parameters);
        if (facts.Architecture.Length > 0)
        {
            json.WriteNumber($"{facts.Architecture}.context_length", facts.ContextLength);
        }

        json.WriteEndObject();
        json.WriteStartArray("capabilities");
        json.WriteStringValue("completion");
        json.WriteStringValue("tools");
        json.WriteEndArray();
        json.WriteString("modified_at", entry.Created);
    }

    private static void WriteObject(Utf8JsonWriter json, Action<Utf8JsonWriter> members)
    {
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    }
}
