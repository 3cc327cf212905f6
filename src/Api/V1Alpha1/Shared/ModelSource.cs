using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Where a model comes from. Exactly one field is set.</summary>
[CelRule(
    "[has(self.ollama), has(self.huggingFace), has(self.http), has(self.file), has(self.catalog)].filter(x, x).size() == 1",
    "set exactly one of ollama, huggingFace, http, file, catalog"
)]
public sealed record ModelSource
{
    /// <summary>A model of the Ollama library or of any registry that speaks its protocol.</summary>
    public OllamaModelSource? Ollama { get; init; }

    /// <summary>A GGUF file of a Hugging Face repository.</summary>
    public HuggingFaceModelSource? HuggingFace { get; init; }

    /// <summary>A GGUF file by URL.</summary>
    public HttpModelSource? Http { get; init; }

    /// <summary>A GGUF file on the node itself.</summary>
    public FileModelSource? File { get; init; }

    /// <summary>A model that a ModelCatalog lists.</summary>
    public CatalogModelSource? Catalog { get; init; }
}
