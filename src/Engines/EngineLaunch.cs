using LlmOperator.Models.Memory;

namespace LlmOperator.Engines;

/// <summary>What to start.</summary>
public sealed record EngineLaunch
{
    /// <summary>Name under which the instance serves the model.</summary>
    public required string Alias { get; init; }

    /// <summary>
    /// For llama-server the absolute path of the GGUF file; for the other engines the model's name there.
    /// </summary>
    public required string Model { get; init; }

    /// <summary>Context, sequences, cache format, offload.</summary>
    public LoadParameters Load { get; init; } = new();

    /// <summary>
    /// Folder for the socket and the process record; it is made with access for this user only.
    /// Keep it short: a socket's path has at most 107 bytes. Needed by llama-server only.
    /// </summary>
    public string RuntimeFolder { get; init; } = "";

    /// <summary>The engine's names of the devices to use, in order; empty uses the host only.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Absolute path of a multimodal projector.</summary>
    public string? ProjectorPath { get; init; }

    /// <summary>Absolute paths of LoRA adapters.</summary>
    public IReadOnlyList<string> AdapterPaths { get; init; } = [];

    /// <summary>
    /// The adapters are a part of the model and change every answer; default false: one is applied when a request asks
    /// for it.
    /// </summary>
    public bool ApplyAdapters { get; init; }

    /// <summary>Serve embeddings only.</summary>
    public bool Embeddings { get; init; }

    /// <summary>Threads for computing; null lets the engine choose.</summary>
    public int? Threads { get; init; }

    /// <summary>MiB of host memory for prompts of earlier requests; default 0, because it is not in the plan.</summary>
    public int PromptCacheMiB { get; init; }

    /// <summary>
    /// Absolute path of a folder in which slots may leave what they evaluated (<see cref="LlamaCpp.SlotFiles"/>); null for none.
    /// llama-server only.
    /// </summary>
    public string? SlotFolder { get; init; }

    /// <summary>Flags of the user, checked against the allow-list.</summary>
    public IReadOnlyList<EngineOption> ExtraOptions { get; init; } = [];

    /// <summary>Called with each line that the engine's process writes, by any thread; null for none.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>Time until the model must answer; default 10 minutes.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);
}
