namespace LlmOperator.Cli.Up;

/// <summary>
/// Where Ollama and the Hugging Face hub keep models of the user who runs <c>llmop up</c>: what is there is used where
/// it lies, after its digest was checked.
/// </summary>
/// <param name="Ollama">Model folders of Ollama.</param>
/// <param name="HuggingFace">Cache folders of the hub.</param>
internal sealed record CacheFolders(IReadOnlyList<string> Ollama, IReadOnlyList<string> HuggingFace)
{
    /// <summary>None.</summary>
    public static CacheFolders None { get; } = new([], []);

    /// <summary>The folders that exist, as the programs themselves look for them.</summary>
    /// <param name="environment">Environment variables.</param>
    /// <param name="home">The user's home folder.</param>
    /// <param name="exists">Whether a folder exists.</param>
    public static CacheFolders Find(Func<string, string?> environment, string home, Func<string, bool> exists)
    {
        string? Value(string name) =>
            environment(name) is { Length: > 0 } text ? Path.GetFullPath(text) : null;
        string ollama = Value("OLLAMA_MODELS") ?? Path.Combine(home, ".ollama", "models");
        string hub =
            Value("HF_HUB_CACHE")
            ?? Path.Combine(
                Value("HF_HOME")
                    ?? Path.Combine(Value("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "huggingface"),
                "hub"
            );
        return new CacheFolders(exists(ollama) ? [ollama] : [], exists(hub) ? [hub] : []);
    }
}
