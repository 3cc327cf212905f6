using System.Buffers;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Responses;

/// <summary>Answers of responses: a list of items, each announced, filled and closed; the whole answer stands in the last event.</summary>
/// <param name="id">What makes the ids of this answer its own.</param>
/// <param name="model">Name that the client asked for.</param>
/// <param name="time">Clock.</param>
internal sealed class ResponsesFormat(string id, string model, TimeProvider time) : IAnswerFormat
{
    private readonly long _createdAt = time.GetUtcNow().ToUnixTimeSeconds();
    private readonly List<ResponsesItem> _items = [];
    private ResponsesItem? _open;
    private long _sequence;
    private string _finishReason = "stop";
    private TokenUsage? _usage;

    /// <inheritdoc/>
    public string StreamContentType => Sse.ContentType;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output)
    {
        Write(output, "response.created", json => WriteResponse(json, "in_progress", null));
        Write(output, "response.in_progress", json => WriteResponse(json, "in_progress", null));
    }

    /// <inheritdoc/>
    public void Add(ChatDelta delta, IBufferWriter<byte> output)
    {
        _usage = delta.Usage ?? _usage;
        _finishReason = delta.FinishReason ?? _finishReason;
        if (!string.IsNullOrEmpty(delta.Reasoning))
        {
            Append(Open(ResponsesItemKind.Reasoning, null, output), delta.Reasoning, output);
        }

        if (!string.IsNullOrEmpty(delta.Text))
        {
            Append(Open(ResponsesItemKind.Message, null, output), delta.Text, output);
        }

        foreach (ToolCallDelta call in delta.ToolCalls)
        {
            ResponsesItem item = Open(ResponsesItemKind.Call, call, output);
            if (call.Arguments.Length > 0)
            {
                Append(item, call.Arguments, output);
            }
        }
    }

    /// <inheritdoc/>
    public void Beat(string note, IBufferWriter<byte> output) => output.Write(Sse.Comment(note));

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output)
    {
        Close(output);
        string status = StatusOf(_finishReason);
        Write(output, $"response.{status}", json => WriteResponse(json, status, null));
    }

    /// <inheritdoc/>
    public void Break(OpenAiError error, IBufferWriter<byte> output) =>
        Write(output, "response.failed", json => WriteResponse(json, "failed", error));

    /// <inheritdoc/>
    public void Whole(JsonElement completion, IBufferWriter<byte> output)
    {
        JsonElement choice = completion.FirstOf("choices");
        JsonElement message = choice.Member("message");
        _usage = TokenUsage.Read(completion.Member("usage"));
        _finishReason = choice.Member("finish_reason").TextOrNull() ?? "stop";
        AddItem(ResponsesItemKind.Reasoning, null, message.Member("reasoning_content").TextOrNull());
        AddItem(ResponsesItemKind.Message, null, message.Member("content").TextOrNull());
        foreach (JsonElement call in message.Member("tool_calls").ItemsOrNone())
        {
            ToolCallDelta read = ToolCallDelta.Read(call);
            AddItem(ResponsesItemKind.Call, read, read.Arguments);
        }

        Sse.WriteJson(output, json => WriteMembers(json, StatusOf(_finishReason), null));
    }

    private void AddItem(ResponsesItemKind kind, ToolCallDelta? call, string? text)
    {
        if (kind == ResponsesItemKind.Call || !string.IsNullOrEmpty(text))
        {
            ResponsesItem item = NewItem(kind, call);
            item.Text.Append(text);
            item.IsDone = true;
        }
    }

    private ResponsesItem NewItem(ResponsesItemKind kind, ToolCallDelta? call)
    {
        ResponsesItem item = new(kind, _items.Count, id, call);
        _items.Add(item);
        return item;
    }

    private ResponsesItem Open(ResponsesItemKind kind, ToolCallDelta? call, IBufferWriter<byte> output)
    {
        if (_open is { } open && open.Kind == kind && open.CallIndex == call?.Index)
        {
            return open;
        }

        Close(output);
        ResponsesItem item = NewItem(kind, call);
        _open = item;
        WriteItemEvent(output, "response.output_item.added", item);
        if (kind == ResponsesItemKind.Message)
        {
            WritePartEvent(output, "response.content_part.added", item);
        }

        return item;
    }

    private void Append(ResponsesItem item, string text, IBufferWriter<byte> output)
    {
        item.Text.Append(text);
        Write(
            output,
            item.TextEvent + ".delta",
            json =>
            {
                item.WritePlace(json);
                json.WriteString("delta"u8, text);
            }
        );
    }

    private void Close(IBufferWriter<byte> output)
    {
        if (_open is not { } item)
        {
            return;
        }

        _open = null;
        item.IsDone = true;
        Write(
            output,
            item.TextEvent + ".done",
            json =>
            {
                item.WritePlace(json);
                json.WriteString(
                    item.Kind == ResponsesItemKind.Call ? "arguments" : "text",
                    item.Text.ToString()
                );
            }
        );
        if (item.Kind == ResponsesItemKind.Message)
        {
            WritePartEvent(output, "response.content_part.done", item);
        }

        WriteItemEvent(output, "response.output_item.done", item);
    }

    private void WriteItemEvent(IBufferWriter<byte> output, string type, ResponsesItem item) =>
        Write(
            output,
            type,
            json =>
            {
                json.WriteNumber("output_index"u8, item.Index);
                json.WritePropertyName("item"u8);
                item.Write(json);
            }
        );

    private void WritePartEvent(IBufferWriter<byte> output, string type, ResponsesItem item) =>
        Write(
            output,
            type,
            json =>
            {
                item.WritePlace(json);
                json.WritePropertyName("part"u8);
                item.WritePart(json);
            }
        );

    private void Write(IBufferWriter<byte> output, string type, Action<Utf8JsonWriter> members) =>
        Sse.Write(
            output,
            type,
            json =>
            {
                json.WriteString("type"u8, type);
                json.WriteNumber("sequence_number"u8, _sequence++);
                members(json);
            }
        );

    private void WriteResponse(Utf8JsonWriter json, string status, OpenAiError? error)
    {
        json.WriteStartObject("response"u8);
        WriteMembers(json, status, error);
        json.WriteEndObject();
    }

    private void WriteMembers(Utf8JsonWriter json, string status, OpenAiError? error)
    {
        json.WriteString("id"u8, "resp_" + id);
        json.WriteString("object"u8, "response"u8);
        json.WriteNumber("created_at"u8, _createdAt);
        json.WriteString("status"u8, status);
        json.WriteString("model"u8, model);
        WriteError(json, error);
        WriteIncomplete(json, status);
        json.WriteStartArray("output"u8);
        foreach (ResponsesItem item in _items)
        {
            item.Write(json);
        }

        json.WriteEndArray();
        WriteSettings(json);
        WriteUsage(json);
    }

    private static void WriteError(Utf8JsonWriter json, OpenAiError? error)
    {
        if (error is null)
        {
            json.WriteNull("error"u8);
            return;
        }

        json.WriteStartObject("error"u8);
        json.WriteString("code"u8, "server_error"u8);
        json.WriteString("message"u8, error.Message);
        error.WriteProgress(json);
        json.WriteEndObject();
    }

    private void WriteIncomplete(Utf8JsonWriter json, string status)
    {
        if (status != "incomplete")
        {
            json.WriteNull("incomplete_details"u8);
            return;
        }

        json.WriteStartObject("incomplete_details"u8);
        json.WriteString("reason"u8, _finishReason == "length" ? "max_output_tokens" : "content_filter");
        json.WriteEndObject();
    }

    // Clients of typed languages want these to be there.
    private static void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteBoolean("parallel_tool_calls"u8, true);
        json.WriteString("tool_choice"u8, "auto"u8);
        json.WriteStartArray("tools"u8);
        json.WriteEndArray();
        json.WriteNull("previous_response_id"u8);
        json.WriteBoolean("store"u8, false);
        json.WriteStartObject("metadata"u8);
        json.WriteEndObject();
    }

    private void WriteUsage(Utf8JsonWriter json)
    {
        if (_usage is not { } usage)
        {
            json.WriteNull("usage"u8);
            return;
        }

        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, usage.Prompt);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("cached_tokens"u8, usage.CachedPrompt);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, usage.Completion);
        json.WriteStartObject("output_tokens_details"u8);
        json.WriteNumber("reasoning_tokens"u8, 0);
        json.WriteEndObject();
        json.WriteNumber("total_tokens"u8, usage.Prompt + usage.Completion);
        json.WriteEndObject();
    }

    private static string StatusOf(string finishReason) =>
        finishReason is "length" or "content_filter" ? "incomplete" : "completed";
}
