using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>Models in several parts: all are fetched, and they must be one whole.</summary>
public sealed class SplitModelPullTests : IDisposable
{
    private const int Parts = SplitParts.Count;
    private readonly string _folder = Directory.CreateTempSubdirectory("parts-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task PullAsync_HttpPart_StoresAllPartsUnderTheNamesOfTheEngine()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        await using PullerFixture fixture = new(registry.Settings, 64 << 10);

        StoredModelFiles model = await fixture.PullAsync(Serve(registry, [0, 1, 2]), null, Token);

        string first = fixture.Store.PathsOf(model).Weights;
        IReadOnlyList<GgufFile> headers = await ModelHeaders.ReadFileAsync(first, Token);
        Assert.Equal(["t0", "t1", "t2"], headers.SelectMany(h => h.Tensors).Select(t => t.Name));
        Assert.Equal(Parts, fixture.Store.FindModel(model.Digest)!.Files.Count);
    }

    [Fact]
    public async Task PullAsync_PartsInTheWrongOrder_NeverBecomeAModel()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        await using PullerFixture fixture = new(registry.Settings, 64 << 10);

        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() =>
            fixture.PullAsync(Serve(registry, [0, 2, 1]), null, Token)
        );

        Assert.Contains("file 2 of 3 says that it is part 3", error.Message, StringComparison.Ordinal);
        Assert.Null(fixture.Store.FindModel(RegistryContent.FromBytes(SplitParts.Part(0)).Digest));
    }

    [Fact]
    public async Task PullAsync_OnePartUnderAnyOtherName_SaysThatTheOthersAreMissing()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        await using PullerFixture fixture = new(registry.Settings, 64 << 10);
        Uri url = registry.AddFile("model.gguf", RegistryContent.FromBytes(SplitParts.Part(0)));

        InvalidModelException error = await Assert.ThrowsAsync<InvalidModelException>(() =>
            fixture.PullAsync(url, null, Token)
        );

        Assert.Contains("3 parts", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAsync_FileOfTheNode_RefersToAllPartsAndSeesWhenOneChanges()
    {
        await using PullerFixture fixture = new(new SourceSettings(), 64 << 10);
        for (int part = 0; part < Parts; part++)
        {
            await File.WriteAllBytesAsync(PathOf(part), SplitParts.Part(part), Token);
        }

        FileSource named = new(PathOf(1), RegistryContent.FromBytes(SplitParts.Part(1)).Digest);
        StoredModelFiles model = await fixture.PullAsync(
            named,
            RegistryContent.FromBytes(SplitParts.Part(0)).Digest,
            Token
        );

        Assert.Equal(PathOf(0), fixture.Store.PathsOf(model).Weights);
        Assert.Equal(Parts, model.Files.Count);
        Assert.True(fixture.Store.StillHolds(model));
        File.AppendAllText(PathOf(2), "x");
        Assert.False(fixture.Store.StillHolds(model));
    }

    [Fact]
    public async Task PullAsync_FileOfTheNodeWithoutAPart_NamesIt()
    {
        await using PullerFixture fixture = new(new SourceSettings(), 64 << 10);
        await File.WriteAllBytesAsync(PathOf(0), SplitParts.Part(0), Token);

        StoreException error = await Assert.ThrowsAsync<StoreException>(() =>
            fixture.PullAsync(new FileSource(PathOf(0)), null, Token)
        );

        Assert.Contains(PathOf(1), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ImportAsync_OnePart_IsRefused()
    {
        await using PullerFixture fixture = new(new SourceSettings(), 64 << 10);
        await File.WriteAllBytesAsync(PathOf(0), SplitParts.Part(0), Token);

        await Assert.ThrowsAsync<InvalidModelException>(() =>
            fixture.Store.ImportAsync(PathOf(0), "library/part:latest", Token)
        );
        Assert.Empty(fixture.Store.Blobs);
    }

    private string PathOf(int part) => Path.Combine(_folder, $"m-0000{part + 1}-of-00003.gguf");

    private static Uri Serve(RegistryStandIn registry, int[] order) =>
        order
            .Select(
                (part, place) =>
                    registry.AddFile(
                        $"m-0000{place + 1}-of-00003.gguf",
                        RegistryContent.FromBytes(SplitParts.Part(part))
                    )
            )
            .ToList()[0];
}
