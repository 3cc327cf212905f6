using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Ollama's tool calls have no ids, OpenAI's do: each gets one, and a result finds its call by the name.</summary>
internal sealed class OllamaToolCalls
{
    private readonly List<(string Name, string Id)> _open = [];
    private int _count;

    /// <summary>Writes a message's calls.</summary>
    public void Write(Field calls, Utf8JsonWriter json)
    {
        if (!calls.Items().Any())
        {
            return;
        }

        json.WriteStartArray("tool_calls"u8);
        foreach (Field call in calls.Items())
        {
            Field function = call["function"];
            string name = function["name"].Text();
            string id = call["id"].OptionalText() ?? $"call_{_count++}";
            _open.Add((name, id));
            ChatMessage.WriteCall(
                json,
                id,
                name,
                function["arguments"] is { IsSet: true } arguments ? arguments.Value.GetRawText() : "{}"
            );
        }

        json.WriteEndArray();
    }

    /// <summary>The id of the oldest call without a result; of this function where its name is said.</summary>
    public string IdOf(string? name)
    {
        int index = _open.FindIndex(call => name is null || call.Name == name);
        if (index < 0)
        {
            return $"call_{_count++}";
        }

        string id = _open[index].Id;
        _open.RemoveAt(index);
        return id;
    }
}
