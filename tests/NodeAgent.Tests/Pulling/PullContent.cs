using LlmOperator.NodeAgent.Pulling;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>What the tests of the puller pull.</summary>
internal static class PullContent
{
    /// <summary>A sound model of a few MiB.</summary>
    public static RegistryContent Model(int seed = 1)
    {
        GgufBuilder builder = ModelShapes.Builder(
            new ModelShape
            {
                Embedding = 128,
                Heads = 4,
                KvHeads = 4,
                HeadLength = 32,
                FeedForward = 512,
                Layers = 4,
            },
            random: null
        );
        string sparse = Path.GetTempFileName();
        try
        {
            builder.WriteFile(sparse);
            return RegistryContent.Generated(new FileInfo(sparse).Length, seed, builder.BuildHeader());
        }
        finally
        {
            File.Delete(sparse);
        }
    }

    /// <summary>A peer that has bytes, over one connection.</summary>
    public static ScriptedUnitSource Peer(byte[] bytes, Func<int, string?> trusted) =>
        new()
        {
            Name = "peer",
            Kind = UnitSourceKind.Peer,
            Trusted = trusted,
            Open = span => new MemoryStream(bytes, (int)span.Offset, (int)span.Length),
        };
}
