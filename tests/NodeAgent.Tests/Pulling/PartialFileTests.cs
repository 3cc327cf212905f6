using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class PartialFileTests : IDisposable
{
    private const int Unit = 1000;
    private readonly byte[] _content = new byte[4 * Unit + 500];
    private readonly UnitLayout _layout;
    private readonly string _folder;
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("partial-");

    public PartialFileTests()
    {
        new Random(1).NextBytes(_content);
        _layout = new UnitLayout(_content.Length, Unit);
        _folder = Path.Combine(_root.FullName, "p");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HashAlongAsync_UnitsInAnyOrder_IsTheDigestOfTheFile()
    {
        using PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token);
        Task<ModelDigest> hashing = file.HashAlongAsync(Token);

        PartialFiller.Fill(file, _content, [3, 0, 4, 2, 1]);

        Assert.Equal(DigestOf(_content), await hashing);
        Assert.True(file.IsComplete);
    }

    [Fact]
    public async Task OpenAsync_UnitsWithHoles_AreAllThereAgain()
    {
        using (PartialFile before = await PartialFile.OpenAsync(_folder, _layout, Token))
        {
            before.Tag("\"a\"");
            PartialFiller.Fill(before, _content, [0, 2, 4]);
        }

        using PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token);

        Assert.Equal([true, false, true, false, true], Enumerable.Range(0, 5).Select(file.Has));
        Assert.Equal((2 * Unit + 500, "\"a\""), (file.VerifiedBytes, file.EntityTag));
        PartialFiller.Fill(file, _content, [1, 3]);
        Assert.Equal(DigestOf(_content), await file.HashAlongAsync(Token));
    }

    [Fact]
    public async Task OpenAsync_LineCutByACrash_LosesThatUnitOnly()
    {
        using (PartialFile before = await PartialFile.OpenAsync(_folder, _layout, Token))
        {
            PartialFiller.Fill(before, _content, [0, 1]);
        }

        string journal = Path.Combine(_folder, "journal");
        await using (FileStream cut = File.OpenWrite(journal))
        {
            cut.SetLength(cut.Length - 10);
        }

        using (PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token))
        {
            Assert.Equal(Unit, file.VerifiedBytes);
            PartialFiller.Fill(file, _content, [1]);
        }

        using PartialFile again = await PartialFile.OpenAsync(_folder, _layout, Token);
        Assert.Equal(2 * Unit, again.VerifiedBytes);
    }

    [Fact]
    public async Task OpenAsync_JournalOfAnotherForm_StartsAnew()
    {
        using (PartialFile before = await PartialFile.OpenAsync(_folder, _layout, Token))
        {
            PartialFiller.Fill(before, _content, [0]);
        }

        await File.WriteAllTextAsync(
            Path.Combine(_folder, "journal"),
            $$"""{"SizeBytes":{{_content.Length}},"UnitBytes":{{Unit}},"EntityTag":null}"""
                + "\n9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n",
            Token
        );

        using PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token);

        Assert.Equal(0, file.VerifiedBytes);
    }

    [Fact]
    public async Task OpenView_FileIsFinishedAndMoved_StaysReadable()
    {
        PartialFiles files = new();
        ModelDigest digest = DigestOf(_content);
        using PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token);
        Assert.Null(files.Open(digest));
        using IDisposable shown = files.Show(digest, file);
        using IPartialView view = files.Open(digest)!;
        PartialFiller.Fill(file, _content, [2]);
        File.Move(file.DataPath, Path.Combine(_root.FullName, "moved"));
        byte[] bytes = new byte[Unit];
        int read = await view.ReadAsync(2 * Unit, bytes, Token);

        Assert.Equal((Unit, _content.Length), (view.UnitBytes, view.SizeBytes));
        Assert.Equal([false, true], [view.Has(0), view.Has(2)]);
        Assert.Equal(DigestOf(_content.AsSpan(2 * Unit, Unit).ToArray()).Hex, view.DigestOf(2));
        Assert.Equal(_content[(2 * Unit)..(3 * Unit)], bytes[..read]);
        Assert.Null(files.Open(digest));
    }

    [Fact]
    public async Task Digests_PeerAsksInTheMiddle_AllUnitsGetTheirDigest()
    {
        PartialFiles files = new();
        ModelDigest digest = DigestOf(_content);
        using PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token);
        using IDisposable shown = files.Show(digest, file);
        Task digesting = file.Digests.RunAsync(Token);
        PartialFiller.Fill(file, _content, [3, 0]);
        using IPartialView watch = files.Watch(digest)!;
        Assert.Equal((false, true, false), (watch.Has(0), file.Has(0), file.Digests.IsWanted));

        using IPartialView view = files.Open(digest)!;
        PartialFiller.Fill(file, _content, [1, 4, 2]);
        await digesting;

        Assert.Equal(
            _content.Chunk(Unit).Select(bytes => DigestOf(bytes).Hex),
            Enumerable.Range(0, _layout.Count).Select(view.DigestOf)
        );
    }

    [Fact]
    public async Task Digests_DiskHasOtherBytesThanWereWritten_NoPeerGetsTheUnit()
    {
        using PartialFile file = await PartialFile.OpenAsync(_folder, _layout, Token);
        PartialFiller.Fill(file, _content, [0]);
        await using (
            FileStream damage = File.Open(file.DataPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)
        )
        {
            damage.WriteByte((byte)~_content[0]);
        }

        file.Digests.Want();

        await Assert.ThrowsAsync<IOException>(() => file.Digests.RunAsync(Token));
        Assert.Null(file.Digests.Find(0));
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static ModelDigest DigestOf(byte[] bytes) =>
        ModelDigest.FromHash(System.Security.Cryptography.SHA256.HashData(bytes));
}
