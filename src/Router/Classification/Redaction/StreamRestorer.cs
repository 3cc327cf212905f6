using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.Router.Classification.Redaction;

/// <summary>
/// Gives streamed answers their values back. A placeholder may come in pieces over several events: what may be the
/// beginning of one is held back and put before the next piece of the same text. Not safe for concurrent use.
/// </summary>
internal sealed class StreamRestorer(Placeholders placeholders)
{
    private static readonly string[] s_textFields = ["content", "reasoning_content", "refusal"];
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);

    /// <summary>The event's JSON with values; the same bytes when nothing changes.</summary>
    public ReadOnlyMemory<byte> Restore(ReadOnlyMemory<byte> json)
    {
        // "[" may be written as an escape: a backslash is looked at, too.
        if (_held.Count == 0 && !json.Span.ContainsAny("[\\"u8))
        {
            return json;
        }

        JsonNode? root = JsonNode.Parse(json.Span);
        bool changed = false;
        if (root?["choices"] is JsonArray choices)
        {
            foreach (JsonNode? choice in choices)
            {
                changed |= choice is JsonObject item && RestoreChoice(item);
            }
        }

        return changed ? JsonSerializer.SerializeToUtf8Bytes(root) : json;
    }

    /// <summary>What is still held back at the end of a stream that gave no reason to stop, as an event's JSON; null when nothing is.</summary>
    public ReadOnlyMemory<byte>? Flush()
    {
        if (_held.Count == 0)
        {
            return null;
        }

        JsonArray choices = [];
        foreach ((string key, string held) in _held)
        {
            string[] words = key.Split(' ');
            JsonObject choice = new() { ["index"] = JsonNode.Parse(words[0]) };
            if (words[1] == "text")
            {
                choice["text"] = held;
            }
            else if (words[1] != "call")
            {
                choice["delta"] = new JsonObject { [words[1]] = held };
            }
            else
            {
                JsonObject delta = [];
                AddCall(delta, words[2], held);
                choice["delta"] = delta;
            }

            choices.Add((JsonNode)choice);
        }

        _held.Clear();
        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["choices"] = choices });
    }

    private bool RestoreChoice(JsonObject choice)
    {
        string index = choice["index"]?.ToJsonString() ?? "0";
        bool ends = choice["finish_reason"] is not null;
        bool changed = RestoreText(choice, "text", $"{index} text", "text", ends);
        if (choice["delta"] is not JsonObject delta)
        {
            return changed;
        }

        foreach (string field in s_textFields)
        {
            changed |= RestoreText(delta, field, $"{index} {field}", field, ends);
        }

        foreach (JsonNode? call in delta["tool_calls"] as JsonArray ?? [])
        {
            if (call?["function"] is JsonObject function)
            {
                string key = $"{index} call {call["index"]?.ToJsonString() ?? "0"}";
                changed |= RestoreText(function, "arguments", key, "arguments", ends);
            }
        }

        return changed || (ends && FlushCalls(delta, index));
    }

    private bool RestoreText(JsonObject owner, string field, string key, string kind, bool ends)
    {
        string? piece = owner[field] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        string held = _held.GetValueOrDefault(key, "");
        if (piece is null && (held.Length == 0 || !ends))
        {
            return false;
        }

        string whole = held + piece;
        int partial = ends ? 0 : placeholders.PartialAtEnd(whole);
        string ready = whole[..^partial];
        string restored = placeholders.Restore(ready, AnswerRestorer.EscapeFor(kind)) ?? ready;
        _held.Remove(key);
        if (partial > 0)
        {
            _held[key] = whole[^partial..];
        }

        if (restored == piece)
        {
            return false;
        }

        owner[field] = restored;
        return true;
    }

    // A call's arguments that end like the beginning of a placeholder: the closing event carries the rest.
    private bool FlushCalls(JsonObject delta, string index)
    {
        string prefix = $"{index} call ";
        string[] keys = [.. _held.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))];
        foreach (string key in keys)
        {
            AddCall(delta, key[prefix.Length..], _held[key]);
            _held.Remove(key);
        }

        return keys.Length > 0;
    }

    private static void AddCall(JsonObject delta, string index, string arguments)
    {
        JsonObject function = new() { ["arguments"] = arguments };
        JsonObject call = new() { ["index"] = JsonNode.Parse(index), ["function"] = function };
        if (delta["tool_calls"] is not JsonArray calls)
        {
            delta["tool_calls"] = calls = [];
        }

        calls.Add((JsonNode)call);
    }
}
