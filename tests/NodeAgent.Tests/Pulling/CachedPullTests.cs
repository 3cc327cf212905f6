using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class CachedPullTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PullAsync_NodeHasTheFile_UsesItAndFetchesItWhenItIsGone()
    {
        byte[] bytes = ModelShapes.TinyLlama();
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromBytes(bytes);
        Uri url = registry.AddFile("m.gguf", content);
        await using PullerFixture fixture = new(registry.Settings, 64 << 10);
        string ollama = Directory.CreateTempSubdirectory("ollama-").FullName;
        string file = Path.Combine(ollama, "blobs", content.Digest.FileName);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync(file, bytes, Token);
        fixture.Store.Caches = new NodeCaches(fixture.Store, [ollama], [], NullLogger<NodeCaches>.Instance);

        StoredModelFiles cached = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(file, fixture.Store.PathsOf(cached).Weights);
        // The byte by which the size is asked for.
        Assert.InRange(registry.SentBytes, 0, 1);

        File.Delete(file);
        Assert.False(fixture.Store.StillHolds(cached));
        StoredModelFiles pulled = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, pulled.Digest);
        Assert.Equal(fixture.Store.Layout.Blob(content.Digest), fixture.Store.PathsOf(pulled).Weights);
        Assert.InRange(registry.SentBytes, content.Length, content.Length + (64 << 10) + 2);
        Directory.Delete(ollama, recursive: true);
    }
}
