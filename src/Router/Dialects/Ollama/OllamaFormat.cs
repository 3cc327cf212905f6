using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Answers of chat and generate: lines of JSON, the last with <c>"done":true</c> and the counts.</summary>
internal sealed class OllamaFormat(OllamaShape shape, string model, TimeProvider time) : IAnswerFormat
{
    private readonly long _start = time.GetTimestamp();
    private readonly SortedDictionary<int, (string Name, StringBuilder Arguments)> _calls = [];
    private long? _first;
    private string _reason = "stop";
    private TokenUsage _usage;

    /// <inheritdoc/>
    public string StreamContentType => "application/x-ndjson";

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output) { }

    /// <inheritdoc/>
    public void Add(ChatDelta delta, IBufferWriter<byte> output)
    {
        _first ??= time.GetTimestamp();
        _usage = delta.Usage ?? _usage;
        _reason = delta.FinishReason is { } reason ? ReasonOf(reason) : _reason;
        foreach (ToolCallDelta call in delta.ToolCalls)
        {
            if (!_calls.TryGetValue(call.Index, out (string Name, StringBuilder Arguments) open))
            {
                open = (call.Name ?? "", new StringBuilder());
                _calls[call.Index] = open;
            }

            open.Arguments.Append(call.Arguments);
        }

        if (!string.IsNullOrEmpty(delta.Text) || !string.IsNullOrEmpty(delta.Reasoning))
        {
            WriteLine(output, json => WriteText(json, delta.Text ?? "", delta.Reasoning), isDone: false);
        }
    }

    /// <inheritdoc/>
    // Lines have no comments; one without text changes nothing.
    public void Beat(string note, IBufferWriter<byte> output) =>
        WriteLine(output, json => WriteText(json, "", null), isDone: false);

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output)
    {
        if (_calls.Count > 0)
        {
            // Ollama's calls come whole: their arguments are an object, not a text.
            WriteLine(
                output,
                json =>
                    WriteText(
                        json,
                        "",
                        null,
                        [.. _calls.Values.Select(c => (c.Name, c.Arguments.ToString()))]
                    ),
                isDone: false
            );
        }

        WriteLine(output, json => WriteText(json, "", null), isDone: true);
    }

    /// <inheritdoc/>
    public void Break(OpenAiError error, IBufferWriter<byte> output)
    {
        output.Write(OllamaError.ToJson(error));
        output.Write("\n"u8);
    }

    /// <inheritdoc/>
    public void Whole(JsonElement completion, IBufferWriter<byte> output)
    {
        JsonElement choice = completion.FirstOf("choices");
        JsonElement message = choice.Member("message");
        _usage = TokenUsage.Read(completion.Member("usage")) ?? default;
        _reason = ReasonOf(choice.Member("finish_reason").TextOrNull() ?? "stop");
        (string, string)[] calls =
        [
            .. message
                .Member("tool_calls")
                .ItemsOrNone()
                .Select(c => c.Member("function"))
                .Select(f => (f.Member("name").TextOrNull() ?? "", f.Member("arguments").TextOrNull() ?? "")),
        ];
        string text = message.Member("content").TextOrNull() ?? choice.Member("text").TextOrNull() ?? "";
        WriteLine(
            output,
            json => WriteText(json, text, message.Member("reasoning_content").TextOrNull(), calls),
            isDone: true
        );
    }

    private void WriteLine(IBufferWriter<byte> output, Action<Utf8JsonWriter> content, bool isDone)
    {
        Sse.WriteJson(
            output,
            json =>
            {
                json.WriteString("model"u8, model);
                json.WriteString("created_at"u8, time.GetUtcNow().UtcDateTime);
                content(json);
                json.WriteBoolean("done"u8, isDone);
                if (isDone)
                {
                    WriteCounts(json);
                }
            }
        );
        output.Write("\n"u8);
    }

    private void WriteText(
        Utf8JsonWriter json,
        string text,
        string? thinking,
        IReadOnlyList<(string Name, string Arguments)>? calls = null
    )
    {
        if (shape == OllamaShape.Generate)
        {
            json.WriteString("response"u8, text);
            WriteThinking(json, thinking);
            return;
        }

        json.WriteStartObject("message"u8);
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, text);
        WriteThinking(json, thinking);
        if (calls is { Count: > 0 })
        {
            json.WriteStartArray("tool_calls"u8);
            foreach ((string name, string arguments) in calls)
            {
                json.WriteStartObject();
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, name);
                JsonText.WriteObject(json, "arguments", arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteThinking(Utf8JsonWriter json, string? thinking)
    {
        if (!string.IsNullOrEmpty(thinking))
        {
            json.WriteString("thinking"u8, thinking);
        }
    }

    // Nanoseconds, as Ollama counts. The prompt's time is the wait for the first piece.
    private void WriteCounts(Utf8JsonWriter json)
    {
        long now = time.GetTimestamp();
        long first = _first ?? now;
        json.WriteString("done_reason"u8, _reason);
        json.WriteNumber("total_duration"u8, Nanoseconds(_start, now));
        json.WriteNumber("load_duration"u8, 0);
        json.WriteNumber("prompt_eval_count"u8, _usage.Prompt);
        json.WriteNumber("prompt_eval_duration"u8, Nanoseconds(_start, first));
        json.WriteNumber("eval_count"u8, _usage.Completion);
        json.WriteNumber("eval_duration"u8, Nanoseconds(first, now));
    }

    private long Nanoseconds(long from, long to) => (long)time.GetElapsedTime(from, to).TotalNanoseconds;

    private static string ReasonOf(string finishReason) => finishReason == "length" ? "length" : "stop";
}
