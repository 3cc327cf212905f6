using System.Buffers;
using System.Text;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>Builds a request in the canonical form out of another dialect's, and remembers what could not come along.</summary>
internal sealed class ChatRequestText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly ArrayBufferWriter<byte> _engineOnly = new(64);
    private readonly List<string> _engineNames = [];
    private readonly List<string> _dropped = [];

    /// <summary>Begins the object.</summary>
    public ChatRequestText()
    {
        Json = new Utf8JsonWriter(_text);
        Json.WriteStartObject();
    }

    /// <summary>Writes the request's fields.</summary>
    public Utf8JsonWriter Json { get; }

    /// <summary>Notes a field that is left out by the dialect's rule; the client is told its name.</summary>
    public void Drop(string field)
    {
        if (!_dropped.Contains(field))
        {
            _dropped.Add(field);
        }
    }

    /// <summary>Writes <c>model</c>, and how the answer is wanted.</summary>
    public void Begin(string model, bool stream)
    {
        Json.WriteString("model"u8, model);
        if (stream)
        {
            Json.WriteBoolean("stream"u8, true);
            Json.WriteStartObject("stream_options"u8);
            Json.WriteBoolean("include_usage"u8, true);
            Json.WriteEndObject();
        }
    }

    /// <summary>Copies a field under another name when it is set.</summary>
    public void Copy(Field field, string name)
    {
        if (field.IsSet)
        {
            Json.WritePropertyName(name);
            field.Value.WriteTo(Json);
        }
    }

    /// <summary>Copies a field that local engines know and OpenAI's protocol does not.</summary>
    public void CopyForEngines(Field field, string name)
    {
        if (field.IsSet)
        {
            AddForEngines(field, name, field.Value.GetRawText());
        }
    }

    /// <summary>Says whether the model is to think before it answers, which only local engines can be told.</summary>
    /// <param name="thinks">Whether.</param>
    /// <param name="field">The field that says so.</param>
    public void SetThinking(bool thinks, Field field) =>
        AddForEngines(
            field,
            "chat_template_kwargs",
            thinks ? """{"enable_thinking":true}""" : """{"enable_thinking":false}"""
        );

    private void AddForEngines(Field field, string name, string json)
    {
        _engineNames.Add(field.Path);
        _engineOnly.Write(Encoding.UTF8.GetBytes($"\"{name}\":{json},"));
    }

    /// <summary>The request.</summary>
    public OpenAiRequest ToRequest(OpenAiOperation operation)
    {
        Json.WriteEndObject();
        Json.Flush();
        OpenAiRequest request = OpenAiRequestParser.Parse(operation, _text.WrittenMemory);
        request.EngineFields = _engineOnly.WrittenMemory;
        request.EngineFieldNames = _engineNames;
        request.Dropped = _dropped;
        return request;
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
