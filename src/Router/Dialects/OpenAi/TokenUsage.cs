using System.Runtime.InteropServices;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Tokens as the engine or provider counted them.</summary>
/// <param name="Prompt">Tokens of the prompt.</param>
/// <param name="Completion">Tokens of the answer.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TokenUsage(long Prompt, long Completion);
