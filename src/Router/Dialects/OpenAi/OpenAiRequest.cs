using System.Text;
using System.Text.Json;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>
/// What the router needs to know of a request, and where in its text the parts are that it may change. The text itself
/// stays as the client wrote it; unknown fields are kept.
/// </summary>
internal sealed class OpenAiRequest
{
    public required ReadOnlyMemory<byte> Body { get; init; }

    public required OpenAiOperation Operation { get; init; }

    /// <summary>Value of <c>model</c>.</summary>
    public string Model { get; set; } = "";

    /// <summary>Whether the answer is wanted as a stream of events.</summary>
    public bool Stream { get; set; }

    public bool HasTools { get; set; }

    /// <summary>True when a message of role <c>system</c> or <c>developer</c> is there.</summary>
    public bool HasSystemMessage { get; set; }

    public bool HasTemperature { get; set; }

    public bool HasTopP { get; set; }

    /// <summary>Most tokens of the answer, when the client says.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>How many answers are computed for it.</summary>
    public int Answers { get; set; } = 1;

    /// <summary>Estimate of the prompt's tokens.</summary>
    public int EstimatedPromptTokens { get; set; }

    /// <summary>Where the value of <c>model</c> is, with its quotes.</summary>
    public Range ModelRange { get; set; }

    /// <summary>Position after the opening brace of the request.</summary>
    public int FieldsStart { get; set; }

    /// <summary>Position after the opening bracket of <c>messages</c>; 0 when there are none.</summary>
    public int MessagesStart { get; set; }

    /// <summary>Where the last user message's content (or the prompt, or the input) is; empty when there is none.</summary>
    public Range UserContent { get; set; }

    /// <summary>Fields, each with a comma after it, that local engines know and OpenAI's protocol does not.</summary>
    public ReadOnlyMemory<byte> EngineFields { get; set; }

    /// <summary>Fields of the client's request that were left out by its dialect's rule.</summary>
    public IReadOnlyList<string> Dropped { get; set; } = [];

    /// <summary>Whether the client says itself what belongs into a stream.</summary>
    public bool HasStreamOptions { get; set; }

    /// <summary>Whether the client wants the closing event that has only the usage.</summary>
    public bool WantsUsage { get; set; }

    /// <summary>The names of <see cref="EngineFields"/>.</summary>
    public IReadOnlyList<string> EngineFieldNames { get; set; } = [];

    /// <summary>
    /// Whether targets are asked for the usage of a stream though the client is not told: it is what the request costs.
    /// </summary>
    public bool AddsUsage => Stream && !HasStreamOptions && Operation != OpenAiOperation.Embeddings;

    /// <summary>Text of the last user message; the parts of a message with several are joined by line feeds.</summary>
    public string ReadUserText()
    {
        ReadOnlySpan<byte> content = Body.Span[UserContent];
        if (content.IsEmpty)
        {
            return "";
        }

        Utf8JsonReader reader = new(content);
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            return reader.GetString()!;
        }

        // Either a list of strings, or a list of parts such as {"type":"text","text":"…"}.
        StringBuilder text = new();
        bool isText = true;
        do
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    isText = reader.ValueTextEquals("text"u8);
                    break;
                case JsonTokenType.String when isText:
                    text.Append(text.Length == 0 ? "" : "\n").Append(reader.GetString());
                    break;
                case JsonTokenType.EndObject:
                    isText = true;
                    break;
            }
        } while (reader.Read());
        return text.ToString();
    }
}
