using System.Runtime.InteropServices;
using System.Text.Json;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Tokens as the engine or provider counted them.</summary>
/// <param name="Prompt">Tokens of the prompt, cached ones too.</param>
/// <param name="Completion">Tokens of the answer, those of its reasoning too.</param>
/// <param name="CachedPrompt">Tokens of the prompt that were in a cache.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TokenUsage(long Prompt, long Completion, long CachedPrompt = 0)
{
    /// <summary>Reads an answer's <c>usage</c>; null when there is none.</summary>
    public static TokenUsage? Read(JsonElement usage) =>
        // {"prompt_tokens":9,"completion_tokens":12,"prompt_tokens_details":{"cached_tokens":4}}
        usage.ValueKind == JsonValueKind.Object
            ? new TokenUsage(
                usage.Member("prompt_tokens").WholeOrZero(),
                usage.Member("completion_tokens").WholeOrZero(),
                usage.Member("prompt_tokens_details").Member("cached_tokens").WholeOrZero()
            )
            : null;
}
