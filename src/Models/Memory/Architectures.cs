namespace LlmOperator.Models.Memory;

/// <summary>
/// The architectures whose memory is computed exactly: attention with grouped queries in every layer, dense or with
/// experts, with or without windowed layers. Each was compared with the engine's own projection; others are refused.
/// </summary>
public static class Architectures
{
    private static readonly Dictionary<string, SlidingWindowRule> s_known = new()
    {
        ["llama"] = SlidingWindowRule.None,
        ["mistral3"] = SlidingWindowRule.None,
        ["qwen2"] = SlidingWindowRule.None,
        ["qwen3"] = SlidingWindowRule.None,
        ["qwen3moe"] = SlidingWindowRule.None,
        ["gemma"] = SlidingWindowRule.None,
        // llama.cpp, src/models: default patterns of the two Gemma generations.
        ["gemma2"] = new SlidingWindowRule(2, 4096),
        ["gemma3"] = new SlidingWindowRule(6),
        ["smollm3"] = SlidingWindowRule.None,
        ["minicpm"] = SlidingWindowRule.None,
        ["exaone"] = SlidingWindowRule.None,
        ["ernie4_5"] = SlidingWindowRule.None,
        ["hunyuan-dense"] = SlidingWindowRule.None,
        ["xverse"] = SlidingWindowRule.None,
        ["baichuan"] = SlidingWindowRule.None,
        ["deci"] = SlidingWindowRule.None,
    };

    /// <summary>Names of the architectures, sorted.</summary>
    public static IEnumerable<string> Supported => s_known.Keys.Order(StringComparer.Ordinal);

    /// <summary>The rule of an architecture.</summary>
    /// <exception cref="UnsupportedArchitectureException">It is not in the list.</exception>
    public static SlidingWindowRule RuleOf(string architecture) =>
        s_known.GetValueOrDefault(architecture) ?? throw new UnsupportedArchitectureException(architecture);
}
