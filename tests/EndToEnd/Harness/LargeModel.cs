using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.EndToEnd.Harness;

/// <summary>A sound model file whose weights are made from a seed: no disk, no memory, any size.</summary>
internal static class LargeModel
{
    // One layer of this shape has about 16 MiB of weights.
    private static readonly ModelShape s_shape = new()
    {
        Embedding = 512,
        Heads = 8,
        KvHeads = 8,
        HeadLength = 64,
        FeedForward = 2048,
    };

    /// <summary>A model of about 16 MiB a layer.</summary>
    public static RegistryContent OfLayers(int layers)
    {
        GgufBuilder builder = ModelShapes.Builder(s_shape with { Layers = layers }, random: null);
        string sparse = Path.GetTempFileName();
        try
        {
            builder.WriteFile(sparse);
            return RegistryContent.Generated(
                new FileInfo(sparse).Length,
                seed: 7,
                prefix: builder.BuildHeader()
            );
        }
        finally
        {
            File.Delete(sparse);
        }
    }

    /// <summary>A model whose file has a pebibyte; nobody ever reads more than its header.</summary>
    public static RegistryContent OfPebibyte() =>
        RegistryContent.Generated(
            1L << 50,
            seed: 7,
            prefix: ModelShapes.Builder(s_shape, random: null).BuildHeader()
        );

    /// <summary>Manifest of a model that is pulled from the stand-in and not loaded before it is asked.</summary>
    public static string Manifest(string name, RegistryStandIn registry, string extra = "") =>
        $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata: { name: {{name}} }
            spec:
              source: { ollama: { name: "{{registry.Address.Authority}}/library/{{name}}:latest" } }
              context: { preferred: 512 }
              loading: { mode: OnDemand }
            {{extra}}
            """;
}
