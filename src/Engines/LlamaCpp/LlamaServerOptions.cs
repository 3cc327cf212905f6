namespace LlmOperator.Engines.LlamaCpp;

/// <summary>
/// The flags of llama-server that users may give. Nothing here reads or writes a file, opens a port, or changes the
/// memory that was planned.
/// </summary>
internal static class LlamaServerOptions
{
    private static readonly Dictionary<string, LlamaServerOption> s_allowed = new LlamaServerOption[]
    {
        LlamaServerOption.Integer("threads", 1, 1024),
        LlamaServerOption.Integer("threads-batch", 1, 1024),
        LlamaServerOption.Integer("threads-http", 1, 256),
        LlamaServerOption.Integer("prio", -1, 3),
        LlamaServerOption.Integer("poll", 0, 100),
        LlamaServerOption.OneOf("numa", "distribute", "isolate", "numactl"),
        LlamaServerOption.Integer("predict", -1, 1_000_000),
        LlamaServerOption.Integer("keep", -1, 1_000_000),
        LlamaServerOption.Integer("seed", -1, int.MaxValue),
        LlamaServerOption.Real("temp", 0, 10),
        LlamaServerOption.Integer("top-k", 0, 1_000_000),
        LlamaServerOption.Real("top-p", 0, 1),
        LlamaServerOption.Real("min-p", 0, 1),
        LlamaServerOption.Real("repeat-penalty", 0, 10),
        LlamaServerOption.Real("presence-penalty", -10, 10),
        LlamaServerOption.Real("frequency-penalty", -10, 10),
        LlamaServerOption.OneOf("rope-scaling", "none", "linear", "yarn"),
        LlamaServerOption.Real("rope-scale", 0, 1_000),
        LlamaServerOption.Real("rope-freq-base", 0, 1e12),
        LlamaServerOption.Real("rope-freq-scale", 0, 1_000),
        LlamaServerOption.Integer("yarn-orig-ctx", 0, 16_777_216),
        LlamaServerOption.Integer("cache-reuse", 0, 1_000_000),
        LlamaServerOption.Switch("context-shift"),
        LlamaServerOption.Switch("no-context-shift"),
        LlamaServerOption.OneOf("load-mode", "auto", "none", "mmap", "mlock", "dio"),
        LlamaServerOption.Switch("no-repack"),
        LlamaServerOption.Switch("no-warmup"),
        LlamaServerOption.Word("chat-template"),
        LlamaServerOption.OneOf("reasoning-format", "none", "deepseek", "deepseek-legacy", "auto"),
        LlamaServerOption.Integer("reasoning-budget", -1, 1_000_000),
        LlamaServerOption.OneOf("pooling", "none", "mean", "cls", "last", "rank"),
        LlamaServerOption.Switch("rerank"),
    }.ToDictionary(option => option.Name);

    /// <summary>Names of the allowed flags, sorted.</summary>
    public static IEnumerable<string> Names => s_allowed.Keys.Order(StringComparer.Ordinal);

    /// <summary>Checks an option and gives its arguments.</summary>
    public static IEnumerable<string> Arguments(EngineOption option)
    {
        if (!s_allowed.TryGetValue(option.Name, out LlamaServerOption? allowed))
        {
            throw new EngineException(
                EngineFailure.InvalidLaunch,
                $"The engine argument '{option.Name}' is not allowed; allowed are {string.Join(", ", Names)}."
            );
        }

        if (!allowed.Accepts(option.Value))
        {
            throw new EngineException(
                EngineFailure.InvalidLaunch,
                $"The engine argument '{option.Name}' takes {allowed.Wanted}, not '{option.Value ?? ""}'."
            );
        }

        return option.Value is null ? ["--" + option.Name] : ["--" + option.Name, option.Value];
    }
}
