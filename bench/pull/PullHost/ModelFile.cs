using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.PullHost;

/// <summary>A sound model file with weights that do not compress.</summary>
internal static class ModelFile
{
    // One layer of this shape has about 16 MiB.
    private const int LayersPerGib = 64;
    private const int StepBytes = 4 << 20;

    public static async Task WriteAsync(string path, int gib)
    {
        GgufBuilder builder = ModelShapes.Builder(
            new ModelShape
            {
                Embedding = 512,
                Heads = 8,
                KvHeads = 8,
                HeadLength = 64,
                FeedForward = 2048,
                Layers = gib * LayersPerGib,
            },
            random: null
        );
        builder.WriteFile(path);
        RegistryContent content = RegistryContent.Generated(
            new FileInfo(path).Length,
            seed: 7,
            builder.BuildHeader()
        );
        await using FileStream file = File.OpenWrite(path);
        byte[] buffer = new byte[StepBytes];
        for (long offset = 0; offset < content.Length; offset += StepBytes)
        {
            Memory<byte> step = buffer.AsMemory(0, (int)Math.Min(StepBytes, content.Length - offset));
            await content.ReadAsync(offset, step);
            await file.WriteAsync(step);
        }
    }
}
