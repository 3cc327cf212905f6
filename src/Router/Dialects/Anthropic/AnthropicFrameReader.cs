using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Reads a streamed answer of Anthropic's protocol as events of OpenAI's.</summary>
internal sealed class AnthropicFrameReader(IFrameReader events, string model) : IFrameReader
{
    private readonly Queue<byte[]> _ready = [];
    private readonly Dictionary<long, int> _callOfBlock = [];
    private string _id = "chatcmpl";
    private TokenUsage _usage;

    /// <inheritdoc/>
    public bool HasBufferedFrame => _ready.Count > 0 || events.HasBufferedFrame;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_ready.TryDequeue(out byte[]? frame))
            {
                return frame;
            }

            if (await events.ReadAsync(cancellationToken) is not { } next)
            {
                return null;
            }

            Translate(SseFrame.Data(next));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => events.Dispose();

    private void Translate(ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            return;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(data);
        }
        catch (JsonException)
        {
            // Passed on as it is: whoever reads it next says that it is not JSON.
            _ready.Enqueue([.. "data: "u8, .. data.Span, .. "\n\n"u8]);
            return;
        }

        using (document)
        {
            Translate(document.RootElement);
        }
    }

    private void Translate(JsonElement root)
    {
        switch (root.Member("type").TextOrNull())
        {
            case "message_start":
                JsonElement message = root.Member("message");
                _id = message.Member("id").TextOrNull() ?? _id;
                _usage = AnthropicAnswerReader.UsageOf(message.Member("usage"));
                AddDelta(json => json.WriteString("role"u8, "assistant"u8));
                break;
            case "content_block_start":
                Start(root);
                break;
            case "content_block_delta":
                Continue(root);
                break;
            case "message_delta":
                End(root);
                break;
            case "message_stop":
                AddFrame(json => AnthropicAnswerReader.WriteUsage(json, _usage));
                _ready.Enqueue([.. "data: [DONE]\n\n"u8]);
                break;
            case "error":
                _ready.Enqueue([.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(root), .. "\n\n"u8]);
                break;
        }
    }

    private void Start(JsonElement root)
    {
        JsonElement block = root.Member("content_block");
        if (block.Member("type").TextOrNull() != "tool_use")
        {
            return;
        }

        int call = _callOfBlock.Count;
        _callOfBlock[root.Member("index").WholeOrZero()] = call;
        AddCall(
            call,
            json =>
            {
                json.WriteString("id"u8, block.Member("id").TextOrNull());
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, block.Member("name").TextOrNull());
                json.WriteString("arguments"u8, ""u8);
                json.WriteEndObject();
            }
        );
    }

    private void Continue(JsonElement root)
    {
        JsonElement delta = root.Member("delta");
        switch (delta.Member("type").TextOrNull())
        {
            case "text_delta":
                AddDelta(json => json.WriteString("content"u8, delta.Member("text").TextOrNull()));
                break;
            case "thinking_delta":
                AddDelta(json =>
                    json.WriteString("reasoning_content"u8, delta.Member("thinking").TextOrNull())
                );
                break;
            case "input_json_delta":
                AddCall(
                    _callOfBlock.GetValueOrDefault(root.Member("index").WholeOrZero()),
                    json =>
                    {
                        json.WriteStartObject("function"u8);
                        json.WriteString("arguments"u8, delta.Member("partial_json").TextOrNull() ?? "");
                        json.WriteEndObject();
                    }
                );
                break;
        }
    }

    private void End(JsonElement root)
    {
        JsonElement usage = root.Member("usage");
        _usage = _usage with { Completion = usage.Member("output_tokens").WholeOrZero() };
        string reason = AnthropicAnswerReader.FinishReasonOf(
            root.Member("delta").Member("stop_reason").TextOrNull()
        );
        AddChoice(
            json =>
            {
                json.WriteStartObject("delta"u8);
                json.WriteEndObject();
            },
            reason
        );
    }

    private void AddCall(int call, Action<Utf8JsonWriter> members) =>
        AddDelta(json =>
        {
            json.WriteStartArray("tool_calls"u8);
            json.WriteStartObject();
            json.WriteNumber("index"u8, call);
            members(json);
            json.WriteEndObject();
            json.WriteEndArray();
        });

    private void AddDelta(Action<Utf8JsonWriter> members) =>
        AddChoice(
            json =>
            {
                json.WriteStartObject("delta"u8);
                members(json);
                json.WriteEndObject();
            },
            finishReason: null
        );

    private void AddChoice(Action<Utf8JsonWriter> delta, string? finishReason) =>
        AddFrame(
            json => { },
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("index"u8, 0);
                delta(json);
                json.WriteString("finish_reason"u8, finishReason);
                json.WriteEndObject();
            }
        );

    private void AddFrame(Action<Utf8JsonWriter> members, Action<Utf8JsonWriter>? choice = null)
    {
        using MemoryStream text = new();
        text.Write("data: "u8);
        using (Utf8JsonWriter json = new(text))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, _id);
            json.WriteString("object"u8, "chat.completion.chunk"u8);
            json.WriteString("model"u8, model);
            json.WriteStartArray("choices"u8);
            choice?.Invoke(json);
            json.WriteEndArray();
            members(json);
            json.WriteEndObject();
        }

        text.Write("\n\n"u8);
        _ready.Enqueue(text.ToArray());
    }
}
