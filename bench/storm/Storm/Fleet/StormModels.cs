using System.Globalization;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Storm.Fleet;

/// <summary>The models of a storm: six shapes of header; one in ten has two replicas, one in five loads on demand, one in seven has variants.</summary>
internal static class StormModels
{
    public const string Namespace = "default";

    // Before the shapes: static members are made in their order.
    private static readonly ModelShape s_base = new()
    {
        Vocabulary = 8192,
        Tied = true,
        EmbeddingType = GgmlType.Q8_0,
    };

    /// <summary>Small models; their vocabulary makes the headers longer than what is kept of them, as in real ones.</summary>
    public static IReadOnlyDictionary<string, ModelShape> Shapes { get; } =
        new Dictionary<string, ModelShape>
        {
            ["llama"] = s_base,
            ["llama-long"] = s_base with { Layers = 4, Context = 32768 },
            ["qwen2"] = s_base with { Architecture = "qwen2", AttentionBias = true },
            ["qwen3"] = s_base with { Architecture = "qwen3", AttentionNorm = true },
            ["wide"] = s_base with { Embedding = 128, FeedForward = 256 },
            ["deep"] = s_base with { Layers = 12 },
        };

    public static string NameOf(int model) =>
        string.Create(CultureInfo.InvariantCulture, $"storm-{model:D5}");

    public static int ReplicasOf(int model) => model % 10 == 0 ? 2 : 1;

    public static LlmModel Of(int model, ModelFileServer files)
    {
        string[] shapes = [.. Shapes.Keys];
        string shape = shapes[model % shapes.Length];
        bool hasVariants = model % 7 == 0;
        return new LlmModel
        {
            Metadata = new ObjectMeta { Name = NameOf(model), Namespace = Namespace },
            Spec = new LlmModelSpec
            {
                Source = hasVariants ? null : Source(shape, model, files),
                Variants = hasVariants
                    ?
                    [
                        new ModelVariant { Name = "best", Source = Source("deep", model, files) },
                        new ModelVariant { Name = "small", Source = Source("llama", model, files) },
                    ]
                    : null,
                Context = new ContextRange { Preferred = 4096, Minimum = 1024 },
                Placement = new ModelPlacement { Replicas = ReplicasOf(model) },
                Loading = new ModelLoading
                {
                    Mode = model % 5 == 0 ? LoadingMode.OnDemand : LoadingMode.Preload,
                },
            },
        };
    }

    // Half of the sources say their digest; of the others the first download decides.
    private static ModelSource Source(string shape, int model, ModelFileServer files) =>
        new()
        {
            Http = new HttpModelSource
            {
                Url = files.UrlOf(shape, model),
                Sha256 = model % 2 == 0 ? files.DigestOf(shape) : null,
            },
        };
}
