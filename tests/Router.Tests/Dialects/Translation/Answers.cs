using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>Answers of a target that says, thinks and calls, as llama-server words them.</summary>
internal static class Answers
{
    public const string Whole = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"tool_calls",
        "message":{"role":"assistant","reasoning_content":"hm","content":"Let me look.",
        "tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Oslo\"}"}}]}}],
        "usage":{"prompt_tokens":20,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":4}}}
        """;

    public static IReadOnlyList<string> Frames { get; } =
    [
        Script.Event("""{"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}"""),
        Script.Event("""{"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}"""),
        Script.Event("""{"choices":[{"index":0,"delta":{"content":"Let me "}}]}"""),
        Script.Event("""{"choices":[{"index":0,"delta":{"content":"look."}}]}"""),
        Script.Event(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":"}}]}}]}"""
        ),
        Script.Event(
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Oslo\"}"}}]}}]}"""
        ),
        Script.Event("""{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"""),
        Script.Event(
            """{"choices":[],"usage":{"prompt_tokens":20,"completion_tokens":7,"prompt_tokens_details":{"cached_tokens":4}}}"""
        ),
        Script.Event("[DONE]"),
    ];
}
