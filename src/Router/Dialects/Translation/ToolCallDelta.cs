using System.Text.Json;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>A piece of a tool call of a streamed answer.</summary>
/// <param name="Index">Which call of the answer.</param>
/// <param name="Id">Its id, in its first piece.</param>
/// <param name="Name">Function, in its first piece.</param>
/// <param name="Arguments">The next piece of the arguments' JSON text.</param>
internal sealed record ToolCallDelta(int Index, string? Id, string? Name, string Arguments)
{
    /// <summary>Reads an item of <c>delta.tool_calls</c>.</summary>
    public static ToolCallDelta Read(JsonElement call)
    {
        // {"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"ci"}}
        JsonElement function = call.Member("function");
        return new ToolCallDelta(
            call.Member("index") is { ValueKind: JsonValueKind.Number } index
            && index.TryGetInt32(out int number)
                ? number
                : 0,
            call.Member("id").TextOrNull(),
            function.Member("name").TextOrNull(),
            function.Member("arguments").TextOrNull() ?? ""
        );
    }
}
