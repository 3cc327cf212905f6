namespace LlmOperator.Models.Gguf;

/// <summary>Metadata keys that this code reads by name (the format's list, docs/gguf.md of ggml).</summary>
public static class GgufKeys
{
    /// <summary>Architecture as the engine names it.</summary>
    public const string Architecture = "general.architecture";

    /// <summary><c>model</c>, <c>adapter</c>, <c>mmproj</c>, …</summary>
    public const string FileKind = "general.type";

    /// <summary>Name for people.</summary>
    public const string Name = "general.name";

    /// <summary>Mix of quantizations (llama.h, <c>llama_ftype</c>).</summary>
    public const string FileType = "general.file_type";

    /// <summary>Alignment of tensor data, bytes.</summary>
    public const string Alignment = "general.alignment";

    /// <summary>Licence, an SPDX expression or a name.</summary>
    public const string License = "general.license";

    /// <summary>Jinja template of the chat; further ones have a suffix.</summary>
    public const string ChatTemplate = "tokenizer.chat_template";

    /// <summary>Kind of tokenizer.</summary>
    public const string TokenizerModel = "tokenizer.ggml.model";

    /// <summary>How the tokenizer splits text first.</summary>
    public const string TokenizerPre = "tokenizer.ggml.pre";

    /// <summary>The vocabulary.</summary>
    public const string Tokens = "tokenizer.ggml.tokens";

    /// <summary>Number of a part, 0 for the first.</summary>
    public const string SplitNumber = "split.no";

    /// <summary>Parts in all.</summary>
    public const string SplitCount = "split.count";

    /// <summary>Tensors over all parts.</summary>
    public const string SplitTensorCount = "split.tensors.count";

    /// <summary>Kind of an adapter; the engine knows <c>lora</c>.</summary>
    public const string AdapterType = "adapter.type";

    /// <summary>Scale of a LoRA adapter.</summary>
    public const string AdapterLoraAlpha = "adapter.lora.alpha";
}
