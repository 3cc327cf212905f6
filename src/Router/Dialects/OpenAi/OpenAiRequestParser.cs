using System.Text.Json;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>
/// Reads a request once, from start to end, without building a document. A field that the router reads may be there
/// only once: readers disagree about which of two counts.
/// </summary>
internal ref struct OpenAiRequestParser
{
    private const int MaxDepth = 64;
    private readonly OpenAiRequest _request;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private Utf8JsonReader _reader;
    private double _tokens;

    private OpenAiRequestParser(OpenAiOperation operation, ReadOnlyMemory<byte> body)
    {
        _request = new OpenAiRequest { Operation = operation, Body = body };
        _reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <exception cref="InvalidRequestException">The text is not a request of this operation.</exception>
    public static OpenAiRequest Parse(OpenAiOperation operation, ReadOnlyMemory<byte> body)
    {
        try
        {
            OpenAiRequestParser parser = new(operation, body);
            parser.ReadRequest();
            return parser._request;
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException(
                OpenAiError.Invalid(
                    "invalid_json",
                    $"The body is not valid JSON (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."
                )
            );
        }
        catch (InvalidOperationException)
        {
            // The reader's word for a string that is not valid UTF-8.
            throw new InvalidRequestException(
                OpenAiError.Invalid("invalid_json", "The body has a string that is not valid UTF-8.")
            );
        }
    }

    private void ReadRequest()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            throw Wrong("invalid_json", "The body must be a JSON object.");
        }

        _request.FieldsStart = (int)_reader.BytesConsumed;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = _reader.GetString()!;
            _reader.Read();
            ReadField(name);
        }

        // Anything after the closing brace makes this throw.
        _reader.Read();
        _request.EstimatedPromptTokens = TokenEstimate.ToTokens(_tokens);
        if (_request.Model.Length == 0)
        {
            throw Wrong("missing_field", "\"model\" is required: name a model, a role or a policy.", "model");
        }

        string content = ContentField(_request.Operation);
        if (!_seen.Contains(content))
        {
            throw Wrong("missing_field", $"\"{content}\" is required.", content);
        }
    }

    private static string ContentField(OpenAiOperation operation) =>
        operation switch
        {
            OpenAiOperation.ChatCompletions => "messages",
            OpenAiOperation.Completions => "prompt",
            _ => "input",
        };

    private void ReadField(string name)
    {
        bool isContent = name == ContentField(_request.Operation);
        if (!isContent && !IsRead(name))
        {
            _reader.Skip();
            return;
        }

        if (!_seen.Add(name))
        {
            throw Wrong("duplicate_field", $"\"{name}\" is given twice.", name);
        }

        if (isContent)
        {
            ReadContent(name);
            return;
        }

        switch (name)
        {
            case "model":
                ReadModel();
                break;
            case "stream":
                _request.Stream = ReadFlag(name);
                break;
            case "stream_options":
                ReadStreamOptions();
                break;
            case "tools" or "functions":
                ReadTools();
                break;
            case "temperature":
                _request.HasTemperature = _reader.TokenType != JsonTokenType.Null;
                _reader.Skip();
                break;
            case "top_p":
                _request.HasTopP = _reader.TokenType != JsonTokenType.Null;
                _reader.Skip();
                break;
            default:
                ReadNumber(name);
                break;
        }
    }

    private static bool IsRead(string name) =>
        name is "model" or "stream" or "stream_options" or "tools" or "functions" or "temperature" or "top_p"
        || RequestRanges.Has(name);

    private readonly void ReadModel()
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            throw Wrong("invalid_value", "\"model\" must be a string.", "model");
        }

        _request.Model = _reader.GetString()!;
        _request.ModelRange = Token();
    }

    private readonly Range Token() => (int)_reader.TokenStartIndex..(int)_reader.BytesConsumed;

    private readonly bool ReadFlag(string name) =>
        _reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw Wrong("invalid_value", $"\"{name}\" must be true or false.", name),
        };

    private void ReadStreamOptions()
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            _reader.Skip();
            return;
        }

        _request.HasStreamOptions = true;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isUsage = _reader.ValueTextEquals("include_usage"u8);
            _reader.Read();
            _request.WantsUsage |= isUsage && _reader.TokenType == JsonTokenType.True;
            _reader.Skip();
        }
    }

    private readonly void ReadNumber(string name)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        long? value =
            _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out long number) ? number : null;
        RequestRanges.Check(name, value);
        if (name is "max_tokens" or "max_completion_tokens" or "n_predict")
        {
            _request.MaxTokens = Math.Max(_request.MaxTokens ?? 0, (int)value!);
        }

        if (name is "n" or "best_of")
        {
            _request.Answers = Math.Max(_request.Answers, (int)value!);
        }
    }

    private void ReadTools()
    {
        int start = (int)_reader.TokenStartIndex;
        bool isList = _reader.TokenType == JsonTokenType.StartArray;
        _reader.Skip();
        int end = (int)_reader.BytesConsumed;

        // "[]" and "[ ]" offer nothing.
        ReadOnlySpan<byte> list = _request.Body.Span[start..end];
        if (isList && list.Length > 2 && list[1..^1].ContainsAnyExcept(" \t\r\n"u8))
        {
            _request.HasTools = true;
            _tokens += TokenEstimate.Of(list);
        }
    }

    private void ReadContent(string name)
    {
        if (_request.Operation == OpenAiOperation.ChatCompletions)
        {
            ReadMessages();
            return;
        }

        if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.StartArray))
        {
            throw Wrong("invalid_value", $"\"{name}\" must be a string or a list.", name);
        }

        _request.UserContent = ReadText();
    }

    private void ReadMessages()
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong("invalid_value", "\"messages\" must be a list.", "messages");
        }

        _request.MessagesStart = (int)_reader.BytesConsumed;
        int count = 0;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.StartObject)
        {
            ReadMessage();
            count++;
        }

        if (_reader.TokenType != JsonTokenType.EndArray)
        {
            throw Wrong("invalid_value", $"\"messages[{count}]\" must be an object.", "messages");
        }

        if (count == 0)
        {
            throw Wrong("invalid_value", "\"messages\" must not be empty.", "messages");
        }
    }

    private void ReadMessage()
    {
        string? role = null;
        Range content = default;
        _tokens += TokenEstimate.TokensPerMessage;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isRole = _reader.ValueTextEquals("role"u8);
            bool isContent = _reader.ValueTextEquals("content"u8);
            _reader.Read();
            if (isRole && _reader.TokenType == JsonTokenType.String)
            {
                role = _reader.GetString();
            }
            else if (
                _reader.TokenType == JsonTokenType.StartArray
                || (isContent && _reader.TokenType == JsonTokenType.String)
            )
            {
                // Other lists of a message (tool calls) count as text too, but are not what the user says.
                Range text = ReadText();
                content = isContent ? text : content;
            }
            else
            {
                _reader.Skip();
            }
        }

        _request.HasSystemMessage |= role is "system" or "developer";
        _request.UserContent = role == "user" ? content : _request.UserContent;
    }

    /// <summary>Passes over a string or a list and counts the tokens of its strings; images and sounds are not text.</summary>
    private Range ReadText()
    {
        int start = (int)_reader.TokenStartIndex;
        int depth = _reader.CurrentDepth;
        bool isText = true;
        do
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    isText = !_reader.ValueTextEquals("url"u8) && !_reader.ValueTextEquals("data"u8);
                    break;
                case JsonTokenType.String when isText:
                    _tokens += TokenEstimate.Of(_reader.ValueSpan);
                    break;
                case JsonTokenType.Number:
                    // A prompt may be a list of tokens.
                    _tokens++;
                    break;
            }
        } while ((_reader.CurrentDepth > depth || !IsEnd()) && _reader.Read());
        return start..(int)_reader.BytesConsumed;
    }

    private readonly bool IsEnd() => _reader.TokenType is JsonTokenType.String or JsonTokenType.EndArray;

    private static InvalidRequestException Wrong(string code, string message, string? param = null) =>
        new(OpenAiError.Invalid(code, message, param));
}
