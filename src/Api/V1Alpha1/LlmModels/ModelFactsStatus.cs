namespace LlmOperator.Api.V1Alpha1;

/// <summary>Facts from a model's header.</summary>
public sealed record ModelFactsStatus
{
    /// <summary>Architecture, for example <c>llama</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary>Name that the file gives itself.</summary>
    public string? Name { get; init; }

    /// <summary>Number of parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Quantisation, for example <c>Q4_K_M</c>.</summary>
    public string? Quantization { get; init; }

    /// <summary>Context length that the model was trained for, in tokens.</summary>
    public long ContextLength { get; init; }

    /// <summary>Layers.</summary>
    public int Layers { get; init; }

    /// <summary>SHA-256 of the chat template, in hexadecimal; absent when the model has none.</summary>
    public string? ChatTemplateSha256 { get; init; }
}
