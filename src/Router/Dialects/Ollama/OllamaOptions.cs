using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>
/// What becomes of the fields that Ollama's requests share. Sampling goes along; what only an engine knows goes to
/// engines only; how a model is loaded is said by its LlmModel and left out.
/// </summary>
internal static class OllamaOptions
{
    // Ollama's name, then the canonical one.
    private static readonly (string Ollama, string Canonical)[] s_sampling =
    [
        ("temperature", "temperature"),
        ("top_p", "top_p"),
        ("seed", "seed"),
        ("stop", "stop"),
        ("frequency_penalty", "frequency_penalty"),
        ("presence_penalty", "presence_penalty"),
    ];

    private static readonly (string Ollama, string Engine)[] s_engine =
    [
        ("top_k", "top_k"),
        ("min_p", "min_p"),
        ("typical_p", "typical_p"),
        ("repeat_last_n", "repeat_last_n"),
        ("repeat_penalty", "repeat_penalty"),
        ("mirostat", "mirostat"),
        ("mirostat_tau", "mirostat_tau"),
        ("mirostat_eta", "mirostat_eta"),
    ];

    /// <summary>Writes <c>options</c> and notes what is left out.</summary>
    public static void Write(Field options, ChatRequestText text)
    {
        foreach ((string name, Field value) in options.Members())
        {
            if (Find(s_sampling, name) is { } canonical)
            {
                text.Copy(value, canonical);
            }
            else if (Find(s_engine, name) is { } engine)
            {
                text.CopyForEngines(value, engine);
            }
            else if (name == "num_predict")
            {
                WriteMost(value, text);
            }
            else
            {
                text.Drop(value.Path);
            }
        }
    }

    /// <summary>Writes <c>format</c>: <c>json</c> or a JSON schema.</summary>
    public static void WriteFormat(Field format, ChatRequestText text)
    {
        if (!format.IsSet || (format.IsText && format.Text().Length == 0))
        {
            return;
        }

        text.Json.WriteStartObject("response_format"u8);
        if (format.IsText)
        {
            if (format.Text() != "json")
            {
                throw format.Wrong("must be \"json\" or a JSON schema");
            }

            text.Json.WriteString("type"u8, "json_object"u8);
        }
        else if (format.IsObject)
        {
            text.Json.WriteString("type"u8, "json_schema"u8);
            text.Json.WriteStartObject("json_schema"u8);
            text.Json.WriteString("name"u8, "answer"u8);
            text.Copy(format, "schema");
            text.Json.WriteEndObject();
        }
        else
        {
            throw format.Wrong("must be \"json\" or a JSON schema");
        }

        text.Json.WriteEndObject();
    }

    /// <summary>Writes <c>think</c>: true, false, or an effort.</summary>
    public static void WriteThink(Field think, ChatRequestText text)
    {
        if (think.IsText)
        {
            text.Copy(think, "reasoning_effort");
        }
        else if (think.OptionalFlag() is { } thinks)
        {
            text.SetThinking(thinks, think);
        }
    }

    // -1 is "until the model stops", which is what no limit means too; -2 is "until the context is full".
    private static void WriteMost(Field value, ChatRequestText text)
    {
        if (value.OptionalWhole() is > 0 and { } most)
        {
            text.Json.WriteNumber("max_tokens"u8, most);
        }
    }

    private static string? Find((string From, string To)[] names, string name) =>
        Array.Find(names, n => n.From == name).To;
}
