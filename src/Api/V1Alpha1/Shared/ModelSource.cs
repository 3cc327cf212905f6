using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Where a model comes from. Exactly one of the sources is set.</summary>
[CelRule(
    "[has(self.ollama), has(self.huggingFace), has(self.http), has(self.oci), has(self.file), has(self.catalog)].filter(x, x).size() == 1",
    "set exactly one of ollama, huggingFace, http, oci, file, catalog"
)]
public sealed record ModelSource
{
    /// <summary>A model of the Ollama library or of any registry that speaks its protocol.</summary>
    public OllamaModelSource? Ollama { get; init; }

    /// <summary>A GGUF file of a Hugging Face repository.</summary>
    public HuggingFaceModelSource? HuggingFace { get; init; }

    /// <summary>A GGUF file by URL.</summary>
    public HttpModelSource? Http { get; init; }

    /// <summary>A GGUF model in an OCI registry.</summary>
    public OciModelSource? Oci { get; init; }

    /// <summary>A GGUF file on the node itself.</summary>
    public FileModelSource? File { get; init; }

    /// <summary>A model that a ModelCatalog lists.</summary>
    public CatalogModelSource? Catalog { get; init; }

    /// <summary>
    /// When a tag, branch or reference is looked at again. Never, the default: what it meant at first is kept for ever.
    /// OnChange: whenever the spec of the LlmModel changes. Interval: then, and every <see cref="RefreshInterval"/>. What it means
    /// now is then pulled beside what is there, which answers until the new files are stored; a look that fails changes
    /// nothing and is told in the condition Accepted. A look asks the source, as a mirror that lags would take the model
    /// back; the files that it finds may come from mirrors. For ollama, huggingFace and oci.
    /// </summary>
    public SourceRefresh? Refresh { get; init; }

    /// <summary>Time between two looks with refresh Interval: 1 minute or more, 24 hours by default.</summary>
    [RegularExpression(Duration.Pattern)]
    public Duration? RefreshInterval { get; init; }

    /// <summary>Other places that have the same files, asked in this order when the source fails; not for file and catalog.</summary>
    [MaxLength(8)]
    public IReadOnlyList<SourceMirror>? Mirrors { get; init; }
}
