using LlmOperator.Api.V1Alpha1;
using LlmOperator.Cli.Inspection;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Cli.Distribution;

/// <summary>The LlmModel that says on which nodes a model shall be stored: nothing but an object is written. Pure.</summary>
internal static class DistributionModels
{
    private const string Suffix = "-stored";
    private const int Longest = 63;

    /// <summary>Name of the object for a model's name or a source.</summary>
    public static string NameOf(string text)
    {
        string stem = text[(text.LastIndexOf('/') + 1)..];
        stem = stem.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? stem[..^5] : stem;
        stem = stem.StartsWith("ollama:", StringComparison.OrdinalIgnoreCase)
            ? stem["ollama:".Length..]
            : stem;
        string kept = new([
            .. stem.ToLowerInvariant()
                .Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')
                .Take(Longest - Suffix.Length),
        ]);
        kept = kept.Trim('-');
        return kept.Length == 0
            ? throw new CliException(
                $"'{text}' gives no name for an object; give a model's name or a source."
            )
            : kept + Suffix;
    }

    /// <summary>The object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="namespace">Its namespace.</param>
    /// <param name="source">What to store.</param>
    /// <param name="nodes">Where; none for every node.</param>
    public static LlmModel Of(
        string name,
        string @namespace,
        ModelSource source,
        IReadOnlyList<string> nodes
    ) =>
        new()
        {
            Metadata = new ObjectMeta { Name = name, Namespace = @namespace },
            Spec = new LlmModelSpec
            {
                Source = source,
                Loading = new ModelLoading { Mode = LoadingMode.StoreOnly },
                Placement = new ModelPlacement
                {
                    Mode = PlacementMode.EveryNode,
                    Nodes = nodes.Count == 0 ? null : [.. nodes.Order(StringComparer.Ordinal)],
                },
            },
        };

    /// <summary>The source that a model runs from now, or the first that it names.</summary>
    public static ModelSource SourceOf(LlmModel model) =>
        model.Spec.Variants?.FirstOrDefault(variant => variant.Name == model.Status?.Variant)?.Source
        ?? model.Spec.Source
        ?? model.Spec.Variants![0].Source;

    /// <summary>A source as people write it on the command line.</summary>
    /// <exception cref="CliException">It is none.</exception>
    public static ModelSource Parse(string text) =>
        SourceText.Parse(text) switch
        {
            OllamaSource ollama => new ModelSource
            {
                Ollama = new OllamaModelSource { Name = ollama.Name.ToString() },
            },
            HuggingFaceSource hub => new ModelSource
            {
                HuggingFace = new HuggingFaceModelSource
                {
                    Repo = hub.Repo,
                    File = hub.File,
                    Quantization = hub.Quantization,
                    Revision = hub.Revision == "main" ? null : hub.Revision,
                },
            },
            OciSource oci => new ModelSource
            {
                Oci = new OciModelSource { Reference = oci.Reference.ToString() },
            },
            HttpSource http => new ModelSource { Http = new HttpModelSource { Url = http.Url.AbsoluteUri } },
            _ => throw new CliException(
                $"{text} is a file of this machine; llmop store import takes it into the store.",
                exitCode: 2
            ),
        };
}
