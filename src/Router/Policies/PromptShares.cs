using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Policies;

/// <summary>What definitions of tools and system messages take of a prompt.</summary>
internal sealed class PromptShares
{
    private readonly List<ToolShare> _tools = [];
    private int _toolsEnd;

    private PromptShares() { }

    /// <summary>The tools, in order.</summary>
    public IReadOnlyList<ToolShare> Tools => _tools;

    /// <summary>Estimate of the tokens of system messages.</summary>
    public double SystemTokens { get; private set; }

    /// <summary>Name of the tool that must be called; null for none.</summary>
    public string? ForcedTool { get; private set; }

    /// <summary>Reads a request's JSON, which was found sound before.</summary>
    /// <param name="json">The request.</param>
    /// <param name="added">Tokens of the system prompt that the route adds.</param>
    public static PromptShares Read(ReadOnlySpan<byte> json, int added)
    {
        PromptShares shares = new() { SystemTokens = added };
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isTools = reader.ValueTextEquals("tools"u8);
            bool isMessages = reader.ValueTextEquals("messages"u8);
            bool isChoice = reader.ValueTextEquals("tool_choice"u8);
            reader.Read();
            if (isTools && reader.TokenType == JsonTokenType.StartArray)
            {
                shares.ReadTools(ref reader, json);
            }
            else if (isMessages && reader.TokenType == JsonTokenType.StartArray)
            {
                shares.ReadMessages(ref reader, json);
            }
            else if (isChoice && reader.TokenType == JsonTokenType.StartObject)
            {
                shares.ForcedTool = ReadName(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return shares;
    }

    /// <summary>The request without the last tools.</summary>
    public byte[] WithoutLastTools(ReadOnlySpan<byte> json, int count) =>
        [.. json[.._tools[^(count + 1)].End], .. json[_toolsEnd..]];

    private void ReadTools(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            string name = "";
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                name = ReadName(ref reader) ?? "";
            }
            else
            {
                reader.Skip();
            }

            int end = (int)reader.BytesConsumed;
            _tools.Add(new ToolShare(name, TokenEstimate.Of(json[start..end]), end));
        }

        _toolsEnd = (int)reader.TokenStartIndex;
    }

    private void ReadMessages(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            int depth = reader.CurrentDepth;
            bool isSystem = false;
            while (reader.Read() && reader.CurrentDepth > depth)
            {
                if (
                    reader.TokenType == JsonTokenType.PropertyName
                    && reader.CurrentDepth == depth + 1
                    && reader.ValueTextEquals("role"u8)
                )
                {
                    reader.Read();
                    isSystem |=
                        reader.TokenType == JsonTokenType.String
                        && (reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("developer"u8));
                }
            }

            SystemTokens += isSystem ? TokenEstimate.Of(json[start..(int)reader.BytesConsumed]) : 0;
        }
    }

    // {"type":"function","function":{"name":"…"}}, or {"name":"…"}; ends at the closing brace.
    private static string? ReadName(ref Utf8JsonReader reader)
    {
        int depth = reader.CurrentDepth;
        string? name = null;
        bool isFunction = false;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            int level = reader.CurrentDepth - depth;
            bool isName = reader.ValueTextEquals("name"u8) && (level == 1 || (level == 2 && isFunction));
            isFunction = level == 1 ? reader.ValueTextEquals("function"u8) : isFunction;
            if (isName)
            {
                reader.Read();
                name = reader.TokenType == JsonTokenType.String ? reader.GetString() : name;
            }
        }

        return name;
    }
}
