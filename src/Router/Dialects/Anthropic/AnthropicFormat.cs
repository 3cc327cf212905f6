using System.Buffers;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>
/// Answers of messages. A stream is a list of blocks, each opened, filled and closed before the next: thinking, text, and
/// one a tool call.
/// </summary>
/// <param name="id">Id of the answer.</param>
/// <param name="model">Name that the client asked for.</param>
/// <param name="promptTokens">Estimate of the prompt's tokens; the true number comes at the end.</param>
internal sealed class AnthropicFormat(string id, string model, int promptTokens) : IAnswerFormat
{
    private int _index = -1;
    private string? _open;
    private int? _openCall;
    private string _stopReason = "end_turn";
    private TokenUsage? _usage;

    /// <inheritdoc/>
    public string StreamContentType => Sse.ContentType;

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output) =>
        Sse.Write(
            output,
            "message_start",
            json =>
            {
                json.WriteString("type"u8, "message_start"u8);
                json.WriteStartObject("message"u8);
                WriteHead(json);
                json.WriteStartArray("content"u8);
                json.WriteEndArray();
                json.WriteNull("stop_reason"u8);
                json.WriteNull("stop_sequence"u8);
                WriteUsage(json, new TokenUsage(promptTokens, 0));
                json.WriteEndObject();
            }
        );

    /// <inheritdoc/>
    public void Add(ChatDelta delta, IBufferWriter<byte> output)
    {
        _usage = delta.Usage ?? _usage;
        if (!string.IsNullOrEmpty(delta.Reasoning))
        {
            Open("thinking", null, output, json => json.WriteString("thinking"u8, ""u8));
            WriteDelta(output, "thinking_delta", "thinking", delta.Reasoning);
        }

        if (!string.IsNullOrEmpty(delta.Text))
        {
            Open("text", null, output, json => json.WriteString("text"u8, ""u8));
            WriteDelta(output, "text_delta", "text", delta.Text);
        }

        foreach (ToolCallDelta call in delta.ToolCalls)
        {
            Open("tool_use", call.Index, output, json => WriteCall(json, call.Id, call.Name));
            if (call.Arguments.Length > 0)
            {
                WriteDelta(output, "input_json_delta", "partial_json", call.Arguments);
            }
        }

        _stopReason = delta.FinishReason is { } reason ? StopReasonOf(reason) : _stopReason;
    }

    /// <inheritdoc/>
    public void Beat(string note, IBufferWriter<byte> output) =>
        Sse.Write(output, "ping", json => json.WriteString("type"u8, "ping"u8));

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output)
    {
        Close(output);
        Sse.Write(
            output,
            "message_delta",
            json =>
            {
                json.WriteString("type"u8, "message_delta"u8);
                json.WriteStartObject("delta"u8);
                json.WriteString("stop_reason"u8, _stopReason);
                json.WriteNull("stop_sequence"u8);
                json.WriteEndObject();
                WriteUsage(json, _usage ?? new TokenUsage(promptTokens, 0));
            }
        );
        Sse.Write(output, "message_stop", json => json.WriteString("type"u8, "message_stop"u8));
    }

    /// <inheritdoc/>
    public void Break(OpenAiError error, IBufferWriter<byte> output) =>
        Sse.Write(output, "error", json => AnthropicError.Write(json, error));

    /// <inheritdoc/>
    public void Whole(JsonElement completion, IBufferWriter<byte> output)
    {
        JsonElement choice = completion.FirstOf("choices");
        JsonElement message = choice.Member("message");
        Sse.WriteJson(
            output,
            json =>
            {
                WriteHead(json);
                json.WriteStartArray("content"u8);
                WriteBlock(json, "thinking", message.Member("reasoning_content").TextOrNull());
                WriteBlock(json, "text", message.Member("content").TextOrNull());
                foreach (JsonElement call in message.Member("tool_calls").ItemsOrNone())
                {
                    JsonElement function = call.Member("function");
                    json.WriteStartObject();
                    json.WriteString("type"u8, "tool_use"u8);
                    json.WriteString("id"u8, call.Member("id").TextOrNull());
                    json.WriteString("name"u8, function.Member("name").TextOrNull());
                    JsonText.WriteObject(json, "input", function.Member("arguments").TextOrNull() ?? "");
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteString(
                    "stop_reason"u8,
                    StopReasonOf(choice.Member("finish_reason").TextOrNull() ?? "stop")
                );
                json.WriteNull("stop_sequence"u8);
                WriteUsage(
                    json,
                    TokenUsage.Read(completion.Member("usage")) ?? new TokenUsage(promptTokens, 0)
                );
            }
        );
    }

    private void WriteHead(Utf8JsonWriter json)
    {
        json.WriteString("id"u8, id);
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("model"u8, model);
    }

    private static void WriteBlock(Utf8JsonWriter json, string type, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteString(type, text);
            if (type == "thinking")
            {
                // Only Anthropic's own models sign their thoughts.
                json.WriteString("signature"u8, ""u8);
            }

            json.WriteEndObject();
        }
    }

    // Anthropic counts cached tokens beside the others, OpenAI among them.
    private static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, Math.Max(0, usage.Prompt - usage.CachedPrompt));
        json.WriteNumber("cache_creation_input_tokens"u8, 0);
        json.WriteNumber("cache_read_input_tokens"u8, usage.CachedPrompt);
        json.WriteNumber("output_tokens"u8, usage.Completion);
        json.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter json, string? callId, string? name)
    {
        json.WriteString("id"u8, callId ?? "");
        json.WriteString("name"u8, name ?? "");
        json.WriteStartObject("input"u8);
        json.WriteEndObject();
    }

    private void Open(string type, int? call, IBufferWriter<byte> output, Action<Utf8JsonWriter> members)
    {
        if (_open == type && _openCall == call)
        {
            return;
        }

        Close(output);
        (_open, _openCall) = (type, call);
        _index++;
        Sse.Write(
            output,
            "content_block_start",
            json =>
            {
                json.WriteString("type"u8, "content_block_start"u8);
                json.WriteNumber("index"u8, _index);
                json.WriteStartObject("content_block"u8);
                json.WriteString("type"u8, type);
                members(json);
                json.WriteEndObject();
            }
        );
    }

    private void Close(IBufferWriter<byte> output)
    {
        if (_open is null)
        {
            return;
        }

        _open = null;
        Sse.Write(
            output,
            "content_block_stop",
            json =>
            {
                json.WriteString("type"u8, "content_block_stop"u8);
                json.WriteNumber("index"u8, _index);
            }
        );
    }

    private void WriteDelta(IBufferWriter<byte> output, string type, string member, string text) =>
        Sse.Write(
            output,
            "content_block_delta",
            json =>
            {
                json.WriteString("type"u8, "content_block_delta"u8);
                json.WriteNumber("index"u8, _index);
                json.WriteStartObject("delta"u8);
                json.WriteString("type"u8, type);
                json.WriteString(member, text);
                json.WriteEndObject();
            }
        );

    private static string StopReasonOf(string finishReason) =>
        finishReason switch
        {
            "length" => "max_tokens",
            "tool_calls" or "function_call" => "tool_use",
            "content_filter" => "refusal",
            _ => "end_turn",
        };
}
