using System.Diagnostics;
using System.Text.Json;

namespace LlmOperator.Router.Tracing;

/// <summary>What a span says of an answer beside its tokens: who answered, under which id, and why each choice ended.</summary>
internal sealed class AnswerNotes
{
    private const int LongestText = 128;
    private const int MostChoices = 16;
    private string? _model;
    private string? _id;
    private readonly List<string> _finishReasons = [];

    /// <summary>Reads an answer in OpenAI's shape, or one event of a streamed one; what it cannot read it leaves.</summary>
    public void Read(ReadOnlySpan<byte> json)
    {
        // {"id":"chatcmpl-1","model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 128 });
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("model"u8))
                {
                    _model = Text(ref reader) ?? _model;
                }
                else if (reader.ValueTextEquals("id"u8))
                {
                    _id ??= Text(ref reader);
                }
                else if (reader.ValueTextEquals("choices"u8))
                {
                    ReadChoices(ref reader);
                }

                reader.Skip();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Whoever reads the answer itself says that it is no JSON.
        }
    }

    /// <summary>Writes it to a span.</summary>
    public void WriteTo(Activity activity)
    {
        activity.SetTag(GenAiAttributes.ResponseModel, _model).SetTag(GenAiAttributes.ResponseId, _id);
        if (_finishReasons.Count > 0)
        {
            activity.SetTag(GenAiAttributes.FinishReasons, _finishReasons.ToArray());
        }
    }

    private void ReadChoices(ref Utf8JsonReader reader)
    {
        reader.Read();
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            // A choice is an object in the list; what is deeper is its content.
            if (
                reader.TokenType == JsonTokenType.PropertyName
                && reader.CurrentDepth == depth + 2
                && reader.ValueTextEquals("finish_reason"u8)
                && Text(ref reader) is { } reason
                && _finishReasons.Count < MostChoices
            )
            {
                _finishReasons.Add(reason);
            }
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestText
            ? reader.GetString()
            : null;
    }
}
