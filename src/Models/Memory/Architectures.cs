namespace LlmOperator.Models.Memory;

/// <summary>
/// The architectures whose memory is computed. What the engine keeps for a layer follows from the file's keys and from
/// the rules here, which are those of its own sources (llama.cpp, src/models). An architecture that is not listed is
/// refused: a number for it would be a guess.
/// </summary>
public static class Architectures
{
    private static readonly ArchitectureRule s_attention = new();
    private static readonly ArchitectureRule s_encoder = new() { HasCache = false, HasOutput = false };

    private static readonly Dictionary<string, ArchitectureRule> s_known = Build();

    /// <summary>Names of the architectures, sorted.</summary>
    public static IEnumerable<string> Supported => s_known.Keys.Order(StringComparer.Ordinal);

    internal static ArchitectureRule RuleOf(string architecture) =>
        s_known.GetValueOrDefault(architecture) ?? throw new UnsupportedArchitectureException(architecture);

    private static ArchitectureRule Windowed(int period, int window = 0, bool denseFirst = false) =>
        new() { Window = new SlidingWindowRule(period, window, denseFirst) };

    private static Dictionary<string, ArchitectureRule> Build()
    {
        Dictionary<string, ArchitectureRule> rules = new()
        {
            ["gemma2"] = Windowed(2, 4096),
            ["gemma3"] = Windowed(6),
            ["gpt-oss"] = Windowed(2),
            ["cohere2"] = Windowed(4),
            ["exaone4"] = Windowed(4),
            ["mamba"] = new() { Recurrent = RecurrentRule.All },
            ["mamba2"] = new() { Recurrent = RecurrentRule.All },
            ["rwkv7"] = new() { Recurrent = RecurrentRule.All },
            ["jamba"] = new() { Recurrent = RecurrentRule.WithoutHeads },
            ["granitehybrid"] = new() { Recurrent = RecurrentRule.WithoutHeads },
            ["lfm2"] = new() { Recurrent = RecurrentRule.WithoutHeads },
            ["qwen3next"] = new() { Recurrent = RecurrentRule.Interval },
            ["lfm2moe"] = new() { Recurrent = RecurrentRule.WithoutHeads },
            ["nemotron_h"] = new() { Recurrent = RecurrentRule.WithoutHeadsAndFeedForward },
            ["falcon-h1"] = new() { Recurrent = RecurrentRule.Beside },
            ["qwen35"] = new() { Recurrent = RecurrentRule.Interval },
            ["llama4"] = Windowed(4, 8192),
            ["gemma-embedding"] = new() { HasCache = false },
            ["bert"] = s_encoder,
            ["nomic-bert"] = s_encoder,
        };
        string[] attention =
        [
            "llama",
            "mistral3",
            "qwen2",
            "qwen2moe",
            "qwen3",
            "qwen3moe",
            "gemma",
            "phi3",
            "command-r",
            "starcoder2",
            "falcon",
            "stablelm",
            "olmo2",
            "olmoe",
            "glm4",
            "glm4moe",
            "granite",
            "granitemoe",
            "deepseek2",
            "smollm3",
            "minicpm",
            "exaone",
            "ernie4_5",
            "hunyuan-dense",
            "xverse",
            "baichuan",
            "deci",
            "internlm2",
            "seed_oss",
            "arcee",
            "qwen2vl",
            "hunyuan-moe",
            "ernie4_5-moe",
            "dots1",
            "deepseek",
        ];
        foreach (string name in attention)
        {
            rules[name] = s_attention;
        }

        return rules;
    }
}
