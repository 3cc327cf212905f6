using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>What the router needs to know of an answer, or of one event of a streamed one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AnswerFacts
{
    /// <summary>True when it says something: text, a tool call, a reason to stop, or the closing usage.</summary>
    public bool HasContent { get; init; }

    /// <summary>Where the text of its content begins, without the quote.</summary>
    public int ContentStart { get; init; }

    /// <summary>Bytes of the text of its content, as JSON has it; zero for none.</summary>
    public int ContentLength { get; init; }

    /// <summary>True when it says more than text: a call, a thought, a refusal, a second choice.</summary>
    public bool HasMore { get; init; }

    /// <summary>Bytes of text that it says.</summary>
    public int TextBytes { get; init; }

    /// <summary>True when it has at least one choice; the closing event with the usage has none.</summary>
    public bool HasChoices { get; init; }

    /// <summary>The message of an error that it carries; null for none.</summary>
    public string? Error { get; init; }

    /// <summary>Tokens, when it says them.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Reads JSON text.</summary>
    /// <returns>Null when the text is not one whole JSON object.</returns>
    public static AnswerFacts? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 128 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            AnswerFacts facts = default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                facts = ReadField(ref reader, facts);
            }

            // Throws when anything follows the closing brace, or when there is none.
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? facts : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static AnswerFacts ReadField(ref Utf8JsonReader reader, AnswerFacts facts)
    {
        if (reader.ValueTextEquals("choices"u8))
        {
            reader.Read();
            return ReadChoices(ref reader, facts);
        }

        if (reader.ValueTextEquals("usage"u8))
        {
            reader.Read();
            TokenUsage? usage = ReadUsage(ref reader);
            return facts with { Usage = usage, HasContent = facts.HasContent || usage is not null };
        }

        if (reader.ValueTextEquals("error"u8))
        {
            reader.Read();
            return facts with { Error = ReadError(ref reader) };
        }

        reader.Read();
        reader.Skip();
        return facts;
    }

    // A first event such as {"delta":{"role":"assistant","content":null}} says nothing yet.
    private static AnswerFacts ReadChoices(ref Utf8JsonReader reader, AnswerFacts facts)
    {
        int depth = reader.CurrentDepth;
        bool isContent = false;
        bool isMore = false;
        bool counts = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            facts = facts with { HasChoices = true };
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                isContent = reader.ValueTextEquals("content"u8);
                isMore =
                    reader.ValueTextEquals("text"u8)
                    || reader.ValueTextEquals("reasoning_content"u8)
                    || reader.ValueTextEquals("refusal"u8)
                    || reader.ValueTextEquals("name"u8)
                    || reader.ValueTextEquals("arguments"u8);
                counts = isContent || isMore || reader.ValueTextEquals("finish_reason"u8);
            }
            else if (counts && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
            {
                bool isSecond = isContent && facts.ContentLength > 0;
                facts = facts with
                {
                    HasContent = true,
                    TextBytes = facts.TextBytes + reader.ValueSpan.Length,
                    HasMore = facts.HasMore || isMore || isSecond,
                    ContentStart = isContent ? (int)reader.TokenStartIndex + 1 : facts.ContentStart,
                    ContentLength = isContent ? reader.ValueSpan.Length : facts.ContentLength,
                };
            }
        }

        return facts;
    }

    private static TokenUsage? ReadUsage(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        long prompt = 0;
        long completion = 0;
        long cached = 0;
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                continue;
            }

            bool isPrompt = reader.ValueTextEquals("prompt_tokens"u8);
            bool isCompletion = reader.ValueTextEquals("completion_tokens"u8);
            bool isCached = reader.ValueTextEquals("cached_tokens"u8);
            bool isDetails = reader.ValueTextEquals("prompt_tokens_details"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value))
            {
                prompt = isPrompt ? value : prompt;
                completion = isCompletion ? value : completion;
                cached = isCached ? value : cached;
            }
            else if (!isDetails || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
        }

        return new TokenUsage(prompt, completion, cached);
    }

    // {"error":{"message":"…"}}, {"error":"…"}, or null, which is no error.
    private static string? ReadError(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.StartObject:
                break;
            default:
                reader.Skip();
                return "an error without a message";
        }

        string message = "an error without a message";
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            bool isMessage = reader.ValueTextEquals("message"u8);
            reader.Read();
            message = isMessage && reader.TokenType == JsonTokenType.String ? reader.GetString()! : message;
            reader.Skip();
        }

        return message;
    }
}
