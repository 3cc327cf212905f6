using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace LlmOperator.Router.Mcp;

/// <summary>The tools, as clients are told.</summary>
internal static class McpToolList
{
    /// <summary>Asks a model.</summary>
    public const string Generate = "generate";

    /// <summary>Says which models there are.</summary>
    public const string ListModels = "list_models";

    /// <summary>Asks a model for code.</summary>
    public const string Code = "code";

    private const string Model =
        "\"model\":{\"type\":\"string\",\"description\":\"A name that list_models gives; may be left out where one is obvious.\"}";

    /// <summary>All of them.</summary>
    public static ListToolsResult Result { get; } =
        new()
        {
            Tools =
            [
                Make(
                    Generate,
                    "Answer a prompt with a language model of this installation.",
                    $$$"""{"type":"object","properties":{"prompt":{"type":"string","description":"What to answer."},"system":{"type":"string","description":"How to answer."},"max_tokens":{"type":"integer","minimum":1},"temperature":{"type":"number","minimum":0,"maximum":2},{{{Model}}}},"required":["prompt"],"additionalProperties":false}"""
                ),
                Make(
                    ListModels,
                    "List the models, roles and policies that can be asked.",
                    """{"type":"object","properties":{},"additionalProperties":false}"""
                ),
                Make(
                    Code,
                    "Write or change code with the role \"coder\", or a model of this installation.",
                    $$$"""{"type":"object","properties":{"task":{"type":"string","description":"What the code must do."},"language":{"type":"string","description":"Programming language."},"context":{"type":"string","description":"Code that it belongs to."},"max_tokens":{"type":"integer","minimum":1},{{{Model}}}},"required":["task"],"additionalProperties":false}"""
                ),
            ],
        };

    private static Tool Make(string name, string description, string schema)
    {
        using JsonDocument document = JsonDocument.Parse(schema);
        return new Tool
        {
            Name = name,
            Description = description,
            InputSchema = document.RootElement.Clone(),
            Annotations = new ToolAnnotations { ReadOnlyHint = true, DestructiveHint = false },
        };
    }
}
