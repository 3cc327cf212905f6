using LlmOperator.Models.Gguf;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class ModelPullerTests
{
    private const int Unit = 64 << 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PullAsync_ManyAskers_FetchesOnce()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        await using PullerFixture fixture = new(registry.Settings, Unit);

        StoredModelFiles[] models = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => fixture.PullAsync(url, content.Digest, Token))
        );

        Assert.All(models, model => Assert.Equal(content.Digest, model.Digest));
        Assert.InRange(registry.SentBytes, content.Length, content.Length + Unit);
    }

    [Fact]
    public async Task PullAsync_StoppedAndStartedAgain_FetchesAtMostOneUnitTwice()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.StallAt(content.Length / 2 + 1));
        string folder = Directory.CreateTempSubdirectory("pull-").FullName;
        await using (PullerFixture first = new(registry.Settings, Unit, folder))
        {
            using CancellationTokenSource stop = new();
            Func<PullProgress>? look = null;
            Task<StoredModelFiles> pull = first.PullAsync(url, content.Digest, stop.Token, l => look = l);
            await Testing.Waiting.Eventually.IsTrueAsync(
                () => look!().CompletedBytes >= content.Length / 2,
                "half of the model is here"
            );
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        }

        await using PullerFixture second = new(registry.Settings, Unit, folder);
        Func<PullProgress>? progress = null;
        StoredModelFiles model = await second.PullAsync(url, content.Digest, Token, l => progress = l);

        Assert.Equal(content.Digest, model.Digest);
        Assert.InRange(registry.SentBytes, content.Length, content.Length + 2 * Unit);
        Assert.InRange(progress!().ResumedBytes, content.Length / 2 - Unit, content.Length / 2);
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(folder, "partial")));
    }

    [Fact]
    public async Task PullAsync_NoDigestAndNoEntityTag_NeverJoinsPartsOfTwoFiles()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        registry.SendsEntityTags = false;
        RegistryContent first = Model();
        byte[] bytes = await first.ReadAllAsync();
        bytes[^1] ^= 1;
        RegistryContent second = RegistryContent.FromBytes(bytes);
        Uri url = registry.AddFile("m.gguf", first);
        registry.Inject(new RegistryFault.StallAt(first.Length / 2 + 1));
        string folder = Directory.CreateTempSubdirectory("pull-").FullName;
        await using (PullerFixture before = new(registry.Settings, Unit, folder))
        {
            using CancellationTokenSource stop = new();
            Func<PullProgress>? look = null;
            Task<StoredModelFiles> pull = before.PullAsync(url, null, stop.Token, l => look = l);
            await Testing.Waiting.Eventually.IsTrueAsync(
                () => look!().CompletedBytes >= first.Length / 2,
                "half of the model is here"
            );
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
        }

        registry.AddFile("m.gguf", second);
        await using PullerFixture fixture = new(registry.Settings, Unit, folder);
        Func<PullProgress>? progress = null;
        StoredModelFiles model = await fixture.PullAsync(url, null, Token, l => progress = l);

        Assert.Equal(second.Digest, model.Digest);
        Assert.Equal(0, progress!().ResumedBytes);
    }

    [Fact]
    public async Task PullAsync_DamagedPartialFile_IsNotBelieved()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        string folder = Directory.CreateTempSubdirectory("pull-").FullName;
        string partial = Path.Combine(folder, "partial", content.Digest.Hex);
        byte[] bytes = await content.ReadAllAsync();
        UnitLayout layout = new(content.Length, Unit);
        using (PartialFile file = await PartialFile.OpenAsync(partial, layout, Token))
        {
            PartialFiller.Fill(file, bytes, [0, 1]);
        }

        await using (FileStream damage = File.OpenWrite(Path.Combine(partial, "data")))
        {
            damage.Position = Unit + 5;
            damage.WriteByte((byte)~bytes[Unit + 5]);
        }

        await using PullerFixture fixture = new(registry.Settings, Unit, folder);
        Func<PullProgress>? progress = null;
        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token, l => progress = l);

        Assert.Equal(content.Digest, model.Digest);
        Assert.Equal(Unit, progress!().ResumedBytes);
    }

    [Fact]
    public async Task PullAsync_ConnectionCut_GoesOnWhereItStopped()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.CutAfter(100_000) { Times = 2 });
        registry.Inject(new RegistryFault.Status(503));
        await using PullerFixture fixture = new(registry.Settings, Unit);

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        Assert.InRange(registry.SentBytes, content.Length, content.Length + Unit);
    }

    [Fact]
    public async Task PullAsync_FlippedByte_IsThrownAwayAndPulledAgain()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.FlipByte(content.Length - 10));
        await using PullerFixture fixture = new(registry.Settings, Unit);

        StoredModelFiles model = await fixture.PullAsync(url, content.Digest, Token);

        Assert.Equal(content.Digest, model.Digest);
        Assert.Single(fixture.Mismatches);
    }

    [Fact]
    public async Task PullAsync_AlwaysFlippedByte_FailsAfterThreeDownloads()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        registry.Inject(new RegistryFault.FlipByte(content.Length - 10) { Times = 100 });
        await using PullerFixture fixture = new(registry.Settings, Unit);

        await Assert.ThrowsAsync<DigestMismatchException>(() =>
            fixture.PullAsync(url, content.Digest, Token)
        );

        Assert.Equal(3, fixture.Mismatches.Count);
        Assert.Empty(fixture.Store.Blobs);
        Assert.InRange(registry.SentBytes, 3 * content.Length, 3 * content.Length + Unit);
    }

    [Fact]
    public async Task PullAsync_DiskTooFull_SaysHowManyBytesAreMissingBeforeTheFirst()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = Model();
        Uri url = registry.AddFile("m.gguf", content);
        await using PullerFixture fixture = new(registry.Settings, Unit, freeBytes: 1000);

        InsufficientDiskException error = await Assert.ThrowsAsync<InsufficientDiskException>(() =>
            fixture.PullAsync(url, content.Digest, Token)
        );

        Assert.Equal(content.Length + PullerFixture.Reserve - 1000, error.MissingBytes);
        Assert.Contains($" {error.MissingBytes} bytes are missing", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(fixture.Store.Layout.Partial));
    }

    [Fact]
    public async Task PullAsync_NotGguf_NeverBecomesABlob()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.Generated(300_000, 3);
        Uri url = registry.AddFile("m.gguf", content);
        await using PullerFixture fixture = new(registry.Settings, Unit);

        await Assert.ThrowsAsync<InvalidModelException>(() => fixture.PullAsync(url, content.Digest, Token));

        Assert.Empty(fixture.Store.Blobs);
        Assert.Empty(Directory.EnumerateDirectories(fixture.Store.Layout.Partial));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task PullAsync_HeaderIsUnsound_CostsItsFirstBytesAndNotTheFile(int connections)
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.Generated(96 << 20, 3);
        Uri url = registry.AddFile("m.gguf", content);
        await using PullerFixture fixture = new(registry.Settings, 16 << 20, connections: connections);

        await Assert.ThrowsAsync<InvalidModelException>(() => fixture.PullAsync(url, null, Token));

        // Beside what was read: what the system's buffers took of each connection.
        Assert.InRange(registry.SentBytes, 1, content.Length / 3);
        Assert.Empty(Directory.EnumerateDirectories(fixture.Store.Layout.Partial));
    }

    [Fact]
    public void Open_StoreOfAnotherAgent_IsRefused()
    {
        string folder = Directory.CreateTempSubdirectory("store-").FullName;
        using ModelStore first = ModelStore.Open(folder, TimeProvider.System);

        StoreException error = Assert.Throws<StoreException>(() =>
            ModelStore.Open(folder, TimeProvider.System)
        );

        Assert.Contains("in use by another", error.Message, StringComparison.Ordinal);
    }

    private static RegistryContent Model() => RegistryContent.FromBytes(ModelShapes.TinyLlama());
}
