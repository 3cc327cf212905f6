using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class BundleTests : IDisposable
{
    private readonly BundleFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Import_SignedBundle_HasTheModelByNameAndDigest()
    {
        byte[] bundle = await _fixture.ExportAsync();

        BundleImport import = await _fixture.ImportAsync(bundle);

        ModelStore store = _fixture.There.Store;
        Assert.Equal(_fixture.Key.Id, import.SignedBy);
        StoredModelFiles model = Assert.Single(import.Models);
        Assert.Equal(StoreFixture.DigestOf(_fixture.Content), model.Digest);
        Assert.Equal(model.SizeBytes, import.NewBytes);
        Assert.Equal(model.Digest, store.FindName(OllamaName.Parse(BundleFixture.Name))?.Digest);
        Assert.Equal(model.Digest, store.FindModel(model.Digest)?.Digest);
        Assert.Equal(_fixture.Content, await File.ReadAllBytesAsync(store.PathOf(model.Digest), Token));
        Assert.Equal(0, _fixture.There.Collector.DeleteUnpinned(long.MaxValue));
    }

    [Fact]
    public async Task Import_Twice_BringsNothingNew()
    {
        byte[] bundle = await _fixture.ExportAsync();
        await _fixture.ImportAsync(bundle);

        BundleImport again = await _fixture.ImportAsync(bundle);

        Assert.Equal(0, again.NewBytes);
    }

    [Fact]
    public async Task Import_BesideTheAgent_IsSeenByIt()
    {
        byte[] bundle = await _fixture.ExportAsync();
        using (ModelStore beside = ModelStore.OpenShared(_fixture.There.Folder, _fixture.There.Time))
        {
            await BundleReader.ImportAsync(
                beside,
                _fixture,
                new MemoryStream(bundle),
                new BundleTrust([_fixture.Key]),
                null,
                Token
            );
        }

        Assert.NotNull(_fixture.There.Store.FindName(OllamaName.Parse(BundleFixture.Name)));
        _fixture.There.Store.Refresh();
        Assert.Equal(2, _fixture.There.Store.Blobs.Count);
        Assert.Equal(0, _fixture.There.Collector.DeleteUnpinned(long.MaxValue));
    }

    [Fact]
    public async Task Import_Unsigned_NeedsThePermission()
    {
        byte[] bundle = await _fixture.ExportAsync(signed: false);

        Assert.Contains("--allow-unsigned", await _fixture.RefusalAsync(bundle), StringComparison.Ordinal);
        Assert.Null((await _fixture.ImportAsync(bundle, allowUnsigned: true)).SignedBy);
    }

    [Fact]
    public async Task Import_UnknownKey_NeedsThePermission()
    {
        byte[] bundle = await _fixture.ExportAsync();
        using BundleKey other = BundleKey.Create();

        string refusal = await _fixture.RefusalAsync(bundle, trusted: other);

        Assert.Contains($"signed by {_fixture.Key.Id}", refusal, StringComparison.Ordinal);
        Assert.Contains("--trust", refusal, StringComparison.Ordinal);
        Assert.Null((await _fixture.ImportAsync(bundle, allowUnsigned: true, trusted: other)).SignedBy);
    }

    [Fact]
    public async Task Import_IndexChangedAfterSigning_IsRefusedEvenIfUnsignedIsAllowed()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        string index = Encoding.UTF8.GetString(entries[1].Content);
        entries[1] = (entries[1].Name, Encoding.UTF8.GetBytes(index.Replace("team/tiny", "team/evil")));

        string refusal = await _fixture.RefusalAsync(BundleFixture.Archive(entries), allowUnsigned: true);

        Assert.Contains("changed after it was signed", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_SignatureOfAnotherBundle_IsRefused()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        entries[2] = (entries[2].Name, BundleSignature.Of(_fixture.Key, "other"u8.ToArray()).Write());

        Assert.Contains(
            "changed after it was signed",
            await _fixture.RefusalAsync(BundleFixture.Archive(entries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_TooLittleRoom_IsRefusedBeforeAnyFile()
    {
        byte[] bundle = await _fixture.ExportAsync();
        _fixture.FreeBytes = 100;

        Assert.Contains("has 100", await _fixture.RefusalAsync(bundle), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_Bundle_IsAnOciLayout()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());

        Assert.Equal(["oci-layout", "index.json", "index.json.sig"], entries.Take(3).Select(e => e.Name));
        JsonNode index = JsonNode.Parse(entries[1].Content)!;
        JsonNode manifest = index["manifests"]![0]!;
        Assert.Equal("team/tiny:v1", (string?)manifest["annotations"]!["org.opencontainers.image.ref.name"]);
        foreach ((string name, byte[] content) in entries.Skip(3))
        {
            Assert.Equal("blobs/sha256/" + StoreFixture.DigestOf(content).Hex, name);
        }
    }

    [Fact]
    public async Task Export_Twice_GivesTheSameBytes() =>
        Assert.Equal(await _fixture.ExportAsync(signed: false), await _fixture.ExportAsync(signed: false));

    [Fact]
    public async Task Export_DamagedStore_IsRefused()
    {
        await _fixture.ExportAsync();
        StoredModelFiles model = _fixture.Here.Store.FindName(OllamaName.Parse(BundleFixture.Name))!;
        string blob = _fixture.Here.Store.PathOf(model.Digest);
        byte[] content = await File.ReadAllBytesAsync(blob, Token);
        content[100] ^= 1;
        File.Delete(blob);
        await File.WriteAllBytesAsync(blob, content, Token);
        string target = Path.Combine(_fixture.Here.Outside, "out.llmop");

        StoreException error = await Assert.ThrowsAsync<StoreException>(() =>
            BundleWriter.WriteAsync(_fixture.Here.Store, [model], target, null, null, Token)
        );

        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
        Assert.False(File.Exists(target + ".part"));
    }

    [Fact]
    public void Keys_WrittenAndRead_AreTheSame()
    {
        string secret = Path.Combine(_fixture.Here.Outside, "key");
        string open = secret + ".pub";
        File.WriteAllText(secret, _fixture.Key.ExportPrivatePem());
        File.WriteAllText(open, _fixture.Key.PublicPem);
        using BundleKey signer = BundleKey.Read(secret);
        using BundleKey prover = BundleKey.Read(open);

        Assert.Equal(_fixture.Key.Id, signer.Id);
        Assert.Equal(_fixture.Key.Id, prover.Id);
        Assert.True(prover.Verify("text"u8, signer.Sign("text"u8)));
        Assert.False(prover.Verify("Text"u8, signer.Sign("text"u8)));
        Assert.Contains("cannot sign", Refusal(() => prover.Sign("text"u8)), StringComparison.Ordinal);
        File.WriteAllText(open, "no key");
        Assert.Contains("holds no key", Refusal(() => BundleKey.Read(open)), StringComparison.Ordinal);
    }

    private static string Refusal(Action act) => Assert.Throws<StoreException>(act).Message;
}
