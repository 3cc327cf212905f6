using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using LlmOperator.Router.Serving;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;

namespace LlmOperator.Router.Mcp;

/// <summary>
/// Runs the tools. What they ask models goes the way of every request, with the caller's own key: the same models, limits,
/// budgets and policies hold.
/// </summary>
internal sealed class McpTools(RequestPipeline pipeline, ModelDirectory models)
{
    private const string CodeRole = "coder";

    /// <summary>Runs one; what goes wrong is told in the result, as the protocol wants it.</summary>
    public async ValueTask<CallToolResult> CallAsync(
        HttpContext context,
        CallToolRequestParams call,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using JsonDocument arguments = ArgumentsOf(call);
            Field root = new(arguments.RootElement, "");
            return call.Name switch
            {
                McpToolList.ListModels => Text(ListOf(context)),
                McpToolList.Generate => await AskAsync(
                    context,
                    root,
                    root["prompt"].Text(),
                    root["system"].OptionalText(),
                    null,
                    cancellationToken
                ),
                McpToolList.Code => await AskAsync(
                    context,
                    root,
                    CodePrompt(root),
                    "Answer with code, and with words only where the code needs them.",
                    CodeRole,
                    cancellationToken
                ),
                _ => Error($"There is no tool \"{call.Name}\"; there are generate, list_models and code."),
            };
        }
        catch (InvalidRequestException e)
        {
            return Error(e.Error.Message);
        }
    }

    private static JsonDocument ArgumentsOf(CallToolRequestParams call)
    {
        ArrayBufferWriter<byte> text = new();
        Sse.WriteJson(
            text,
            json =>
            {
                foreach (
                    (string name, JsonElement value) in call.Arguments
                        ?? new Dictionary<string, JsonElement>()
                )
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }
        );
        return Field.Parse(text.WrittenMemory);
    }

    private static string CodePrompt(Field root)
    {
        StringBuilder prompt = new(root["task"].Text());
        if (root["language"].OptionalText() is { } language)
        {
            prompt.Append("\n\nLanguage: ").Append(language);
        }

        if (root["context"].OptionalText() is { } code)
        {
            prompt.Append("\n\nCode:\n```\n").Append(code).Append("\n```");
        }

        return prompt.ToString();
    }

    private string ListOf(HttpContext context) =>
        string.Join("\n", models.Entries(context).Select(e => $"{e.Id} ({e.Owner})"));

    private string ModelFor(HttpContext context, Field root, string? preferred)
    {
        if (root["model"].OptionalText() is { } named)
        {
            return named;
        }

        ModelEntry[] entries = [.. models.Entries(context)];
        if (preferred is not null && entries.Any(e => e.Id == preferred))
        {
            return preferred;
        }

        return entries.Length == 1
            ? entries[0].Id
            : throw root["model"]
                .Wrong(
                    entries.Length == 0
                        ? "cannot be chosen: there is no model yet"
                        : $"is required here: there are {string.Join(", ", entries.Select(e => e.Id))}"
                );
    }

    private async Task<CallToolResult> AskAsync(
        HttpContext context,
        Field root,
        string prompt,
        string? system,
        string? preferred,
        CancellationToken cancellationToken
    )
    {
        ArrayBufferWriter<byte> body = new();
        string model = ModelFor(context, root, preferred);
        Sse.WriteJson(body, json => WriteRequest(json, model, root, prompt, system));
        (int status, byte[] answer) = await InnerRequest.RunAsync(
            context,
            body.WrittenMemory,
            pipeline,
            cancellationToken
        );
        using JsonDocument document = JsonDocument.Parse(answer);
        return status == StatusCodes.Status200OK
            ? Text(
                document.RootElement.FirstOf("choices").Member("message").Member("content").TextOrNull() ?? ""
            )
            : Error(
                document.RootElement.Member("error").Member("message").TextOrNull()
                    ?? $"The router answered {status}."
            );
    }

    private static void WriteRequest(
        Utf8JsonWriter json,
        string model,
        Field root,
        string prompt,
        string? system
    )
    {
        json.WriteString("model"u8, model);
        foreach (string name in (string[])["max_tokens", "temperature"])
        {
            if (root[name].IsSet)
            {
                json.WritePropertyName(name);
                root[name].Value.WriteTo(json);
            }
        }

        json.WriteStartArray("messages"u8);
        if (system is not null)
        {
            ChatMessage.Write(json, "system", system);
        }

        ChatMessage.Write(json, "user", prompt);
        json.WriteEndArray();
    }

    private static CallToolResult Text(string text) =>
        new() { Content = [new TextContentBlock { Text = text }] };

    private static CallToolResult Error(string message) =>
        new() { IsError = true, Content = [new TextContentBlock { Text = message }] };
}
