namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Paths and names of the operations.</summary>
internal static class OpenAiOperations
{
    public static IReadOnlyList<OpenAiOperation> All { get; } = Enum.GetValues<OpenAiOperation>();

    /// <summary>Path after the version, without a leading slash.</summary>
    public static string Path(this OpenAiOperation operation) =>
        operation switch
        {
            OpenAiOperation.ChatCompletions => "chat/completions",
            OpenAiOperation.Completions => "completions",
            _ => "embeddings",
        };

    /// <summary>Name by the GenAI semantic conventions (<c>gen_ai.operation.name</c>).</summary>
    public static string TelemetryName(this OpenAiOperation operation) =>
        operation switch
        {
            OpenAiOperation.ChatCompletions => "chat",
            OpenAiOperation.Completions => "text_completion",
            _ => "embeddings",
        };
}
