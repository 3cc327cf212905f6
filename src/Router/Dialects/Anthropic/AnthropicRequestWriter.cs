using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Writes a request of OpenAI's shape as one of Anthropic's.</summary>
internal static class AnthropicRequestWriter
{
    // Anthropic wants a limit where OpenAI has none.
    private const long DefaultMostTokens = 4096;

    // What its targets have no field for, and what an answer is right without.
    private static readonly string[] s_dropped =
    [
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "seed",
        "reasoning_effort",
        "verbosity",
        "prediction",
        "service_tier",
        "store",
        "prompt_cache_key",
    ];

    /// <summary>Writes it.</summary>
    /// <param name="body">The request.</param>
    /// <param name="dropped">Gets the names of fields that are left out.</param>
    /// <exception cref="CannotHonourException">A field cannot be honoured and may not be left out.</exception>
    /// <exception cref="InvalidRequestException">A field is not what it must be.</exception>
    public static PooledBuffer Write(ReadOnlyMemory<byte> body, List<string> dropped)
    {
        using JsonDocument document = Field.Parse(body);
        Field root = new(document.RootElement, "");
        Refuse(root);
        PooledBuffer output = new(body.Length + 256);
        using (Utf8JsonWriter json = new(output.AsBufferWriter()))
        {
            json.WriteStartObject();
            WriteSettings(root, json, dropped);
            WriteTools(root, json);
            AnthropicMessageWriter.Write(root["messages"], json);
            json.WriteEndObject();
        }

        dropped.AddRange(s_dropped.Where(name => root[name].IsSet));
        return output;
    }

    private static void Refuse(Field root)
    {
        if (root["n"].OptionalWhole() is > 1)
        {
            throw new CannotHonourException("n", "it gives one answer a request");
        }

        if (root["logprobs"].IsSet && root["logprobs"].OptionalFlag() == true)
        {
            throw new CannotHonourException("logprobs", "it does not tell probabilities");
        }

        if (root["response_format"]["type"].OptionalText() == "json_object")
        {
            throw new CannotHonourException("response_format", "it needs a schema; send json_schema");
        }
    }

    private static void WriteSettings(Field root, Utf8JsonWriter json, List<string> dropped)
    {
        json.WriteString("model"u8, root["model"].Text());
        json.WriteNumber(
            "max_tokens"u8,
            root["max_completion_tokens"].OptionalWhole()
                ?? root["max_tokens"].OptionalWhole()
                ?? DefaultMostTokens
        );
        if (root["stream"].OptionalFlag() == true)
        {
            json.WriteBoolean("stream"u8, true);
        }

        WriteTemperature(root["temperature"], json, dropped);
        Copy(root["top_p"], "top_p", json);
        Field stop = root["stop"];
        if (stop.IsText)
        {
            json.WriteStartArray("stop_sequences"u8);
            json.WriteStringValue(stop.Text());
            json.WriteEndArray();
        }
        else
        {
            Copy(stop, "stop_sequences", json);
        }

        if (root["user"].OptionalText() is { } user)
        {
            json.WriteStartObject("metadata"u8);
            json.WriteString("user_id"u8, user);
            json.WriteEndObject();
        }

        if (root["response_format"]["json_schema"]["schema"] is { IsSet: true } schema)
        {
            json.WriteStartObject("output_config"u8);
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            Copy(schema, "schema", json);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    // OpenAI's scale goes to 2, Anthropic's to 1.
    private static void WriteTemperature(Field temperature, Utf8JsonWriter json, List<string> dropped)
    {
        if (!temperature.IsSet)
        {
            return;
        }

        double value =
            temperature.Value.ValueKind == JsonValueKind.Number
                ? temperature.Value.GetDouble()
                : throw temperature.Wrong("must be a number");
        if (value > 1)
        {
            dropped.Add("temperature above 1");
        }

        json.WriteNumber("temperature"u8, Math.Min(value, 1));
    }

    private static void WriteTools(Field root, Utf8JsonWriter json)
    {
        if (!root["tools"].Items().Any())
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (Field tool in root["tools"].Items())
        {
            Field function = tool["function"];
            json.WriteStartObject();
            json.WriteString("name"u8, function["name"].Text());
            Copy(function["description"], "description", json);
            json.WritePropertyName("input_schema"u8);
            if (function["parameters"].IsSet)
            {
                function["parameters"].Value.WriteTo(json);
            }
            else
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "object"u8);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteChoice(root["tool_choice"], root["parallel_tool_calls"].OptionalFlag(), json);
    }

    private static void WriteChoice(Field choice, bool? parallel, Utf8JsonWriter json)
    {
        if (!choice.IsSet && parallel is not false)
        {
            return;
        }

        json.WriteStartObject("tool_choice"u8);
        if (choice.IsObject)
        {
            json.WriteString("type"u8, "tool"u8);
            json.WriteString("name"u8, choice["function"]["name"].Text());
        }
        else
        {
            json.WriteString(
                "type"u8,
                choice.TextOrNull() switch
                {
                    "required" => "any",
                    "none" => "none",
                    _ => "auto",
                }
            );
        }

        if (parallel is false && choice.TextOrNull() != "none")
        {
            json.WriteBoolean("disable_parallel_tool_use"u8, true);
        }

        json.WriteEndObject();
    }

    private static void Copy(Field field, string name, Utf8JsonWriter json)
    {
        if (field.IsSet)
        {
            json.WritePropertyName(name);
            field.Value.WriteTo(json);
        }
    }
}
