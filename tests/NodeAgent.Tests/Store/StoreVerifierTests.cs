using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class StoreVerifierTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Run_SoundStoreBesideItsAgent_FindsNothing()
    {
        ModelDigest first = _fixture.Add(1, 3_000_000);
        ModelDigest second = _fixture.Add(2, 10);
        List<VerifyProgress> told = [];

        IReadOnlyList<VerifiedFile> files = await VerifyAsync(false, new Listener(told));

        Assert.Equal(
            new[] { first.ToString(), second.ToString() }.Order(StringComparer.Ordinal),
            files.Select(file => file.Digest)
        );
        Assert.All(files, file => Assert.Null(file.Problem));
        Assert.Equal(3_000_010, told[^1].CompletedBytes);
        Assert.All(told, progress => Assert.Equal(3_000_010, progress.TotalBytes));
    }

    [Fact]
    public async Task Run_OneFlippedBit_IsFoundAndPutAside()
    {
        ModelDigest damaged = _fixture.Add(1, 1000);
        ModelDigest sound = _fixture.Add(2, 1000);
        Damage(damaged, content => content[500] ^= 1);

        VerifiedFile found = Assert.Single(
            await VerifyAsync(repair: false),
            file => file.Problem is not null
        );
        Assert.Equal(damaged.ToString(), found.Digest);
        Assert.Contains("its bytes have the digest sha256:", found.Problem, StringComparison.Ordinal);
        Assert.True(File.Exists(_fixture.Store.Layout.Blob(damaged)));

        _fixture.Store.Dispose();
        found = Assert.Single(await VerifyAsync(repair: true), file => file.Problem is not null);
        Assert.Equal(Path.Combine(_fixture.Folder, "quarantine", damaged.Hex), found.MovedTo);
        Assert.True(File.Exists(found.MovedTo));

        _fixture.Reopen();
        Assert.Null(_fixture.Store.Find(damaged));
        Assert.NotNull(_fixture.Store.Find(sound));
    }

    [Fact]
    public async Task Run_RepairBesideAnAgent_IsRefused()
    {
        StoreException error = await Assert.ThrowsAsync<StoreException>(() => VerifyAsync(repair: true));

        Assert.Contains("in use by another agent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TruncatedMissingAndForeignFiles_NamesEach()
    {
        ModelDigest truncated = _fixture.Add(1, 1000);
        ModelDigest missing = _fixture.Add(2, 1000);
        File.Delete(_fixture.Store.Layout.Blob(missing));
        string foreign = Path.Combine(_fixture.Store.Layout.Blobs, "note.txt");
        File.WriteAllText(foreign, "hello");
        File.Delete(_fixture.Store.Layout.Blob(truncated));
        File.WriteAllBytes(_fixture.Store.Layout.Blob(truncated), StoreFixture.Content(1, 10));

        Dictionary<string, string?> problems = (await VerifyAsync(repair: false)).ToDictionary(
            file => file.Digest,
            file => file.Problem
        );

        Assert.Equal("it has 10 bytes and should have 1000", problems[truncated.ToString()]);
        Assert.Equal("the file is missing", problems[missing.ToString()]);
        Assert.Contains("no digest", problems["note.txt"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoStore_SaysSo()
    {
        StoreException error = await Assert.ThrowsAsync<StoreException>(() =>
            StoreVerifier.RunAsync(Path.Combine(_fixture.Outside, "nothing"), false, null, Token)
        );

        Assert.Contains("There is no model store", error.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<VerifiedFile>> VerifyAsync(
        bool repair,
        IProgress<VerifyProgress>? progress = null
    ) => StoreVerifier.RunAsync(_fixture.Folder, repair, progress, Token);

    private void Damage(ModelDigest digest, Action<byte[]> change)
    {
        string file = _fixture.Store.Layout.Blob(digest);
        byte[] content = File.ReadAllBytes(file);
        change(content);
        File.Delete(file);
        File.WriteAllBytes(file, content);
    }

    private sealed class Listener(List<VerifyProgress> told) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value) => told.Add(value);
    }
}
