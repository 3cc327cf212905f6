using System.Text.Json;

namespace LlmOperator.Router.Classification;

/// <summary>
/// Every string of a request, and what the request holds beside strings. Nothing that could carry text is left out: system
/// prompts, tool results, arguments of tool calls and definitions of tools are read like the user's words.
/// </summary>
internal sealed class RequestTexts
{
    private readonly List<RequestText> _texts = [];
    private int _toolDepth;
    private int _contentDepth;

    private RequestTexts() { }

    /// <summary>All strings but the model's name and what is encoded in <c>data:</c> URLs.</summary>
    public IReadOnlyList<RequestText> All => _texts;

    /// <summary>Field <c>user</c>; null when it is absent.</summary>
    public string? User { get; private set; }

    /// <summary>Field <c>prompt_cache_key</c>, by which clients hold a session together; null when it is absent.</summary>
    public string? CacheKey { get; private set; }

    public bool HasImages { get; private set; }

    /// <summary>Number of tools that are offered.</summary>
    public int Tools { get; private set; }

    /// <summary>Images, sounds or files that the router does not read.</summary>
    public bool HasUnreadable { get; private set; }

    /// <summary>A prompt or input given as numbers of tokens: its text is hidden.</summary>
    public bool HasTokenNumbers { get; private set; }

    /// <summary>Reads a request's JSON, which was found sound before.</summary>
    public static RequestTexts Read(ReadOnlySpan<byte> json)
    {
        RequestTexts texts = new();
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 128 });
        string property = "";
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    property = reader.GetString()!;
                    texts.EnterField(property, reader.CurrentDepth);
                    break;
                case JsonTokenType.String:
                    texts.AddString(property, reader.GetString()!, reader.CurrentDepth);
                    break;
                case JsonTokenType.StartObject when texts._toolDepth > 0 && reader.CurrentDepth == 2:
                    texts.Tools++;
                    break;
                case JsonTokenType.Number when texts._contentDepth > 0 && property is "prompt" or "input":
                    texts.HasTokenNumbers = true;
                    break;
            }
        }

        return texts;
    }

    // Fields of the request itself are at depth 1; everything below one of them belongs to it.
    private void EnterField(string name, int depth)
    {
        if (depth == 1)
        {
            _toolDepth = name is "tools" or "functions" ? 1 : 0;
            _contentDepth = name is "messages" or "prompt" or "input" or "suffix" ? 1 : 0;
        }
    }

    private void AddString(string property, string value, int depth)
    {
        if (depth == 1 && property == "model")
        {
            return;
        }

        if (depth == 1)
        {
            User = property == "user" ? value : User;
            CacheKey = property == "prompt_cache_key" ? value : CacheKey;
        }

        if (property == "type")
        {
            HasImages |= value is "image_url" or "input_image" or "image";
            HasUnreadable |=
                value
                    is "image_url"
                        or "input_image"
                        or "image"
                        or "input_audio"
                        or "audio"
                        or "file"
                        or "input_file";
        }

        if (IsEncodedFile(value))
        {
            HasUnreadable = true;
            return;
        }

        TextOrigin origin =
            _toolDepth > 0 ? TextOrigin.Tool
            : _contentDepth > 0 ? TextOrigin.Message
            : TextOrigin.Other;
        _texts.Add(new RequestText(value, origin));
    }

    // Sample: data:image/png;base64,iVBOR…
    private static bool IsEncodedFile(string value) =>
        value.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
        && value
            .AsSpan(0, Math.Min(value.Length, 256))
            .Contains(";base64,", StringComparison.OrdinalIgnoreCase);
}
