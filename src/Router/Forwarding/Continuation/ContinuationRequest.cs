using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.Router.Forwarding.Continuation;

/// <summary>The request that goes on with an answer: the client's, with the beginning of the answer as its last message.</summary>
internal static class ContinuationRequest
{
    private static readonly string[] s_limits = ["max_tokens", "max_completion_tokens", "n_predict"];

    /// <summary>Whether an answer to this request can be gone on with at all.</summary>
    /// <param name="body">The request in OpenAI's shape.</param>
    public static bool IsPossible(ReadOnlyMemory<byte> body)
    {
        // A grammar begins at the beginning, and probabilities and further choices would have gaps.
        using JsonDocument request = JsonDocument.Parse(body);
        JsonElement root = request.RootElement;
        return !Has(root, "response_format")
            && !Has(root, "grammar")
            && !Has(root, "json_schema")
            && !(
                root.TryGetProperty("logprobs", out JsonElement logprobs)
                && logprobs.ValueKind == JsonValueKind.True
            )
            && !(
                root.TryGetProperty("n", out JsonElement n)
                && n.ValueKind == JsonValueKind.Number
                && n.GetInt32() > 1
            )
            && root.TryGetProperty("messages", out JsonElement messages)
            && messages.ValueKind == JsonValueKind.Array;
    }

    /// <summary>Writes it.</summary>
    /// <param name="body">The request as the broken target got it.</param>
    /// <param name="point">Where the answer is taken up.</param>
    public static PooledBuffer Write(ReadOnlyMemory<byte> body, ContinuationPoint point)
    {
        JsonObject request = JsonNode.Parse(body.Span)!.AsObject();
        JsonArray messages = request["messages"]!.AsArray();
        // A client may have begun the answer itself.
        if (
            messages.Count > 0
            && messages[^1] is JsonObject last
            && (string?)last["role"] == "assistant"
            && last["content"] is JsonValue begun
            && begun.TryGetValue(out string? beginning)
        )
        {
            last["content"] = beginning + point.Given;
        }
        else
        {
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = point.Given });
        }

        foreach (string limit in s_limits)
        {
            if (request[limit] is JsonValue value && value.TryGetValue(out long most))
            {
                request[limit] = Math.Max(1, most - point.GivenPieces);
            }
        }

        PooledBuffer output = new(body.Length + (point.Given.Length * 2));
        using Utf8JsonWriter writer = new(output.AsBufferWriter());
        request.WriteTo(writer);
        writer.Flush();
        return output;
    }

    private static bool Has(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind is not JsonValueKind.Null;
}
