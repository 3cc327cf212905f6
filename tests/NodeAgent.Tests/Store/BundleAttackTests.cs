using System.Formats.Tar;
using System.Text;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.NodeAgent.Tests.Store;

/// <summary>Bundles as somebody might make them who wants more than to bring a model. Each is refused, and nothing is written.</summary>
public sealed class BundleAttackTests : IDisposable
{
    private readonly BundleFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("../../evil")]
    [InlineData("/etc/evil")]
    [InlineData("blobs/sha256/../../../evil")]
    [InlineData("blobs/sha256/44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")]
    [InlineData("blobs/sha256/ABC")]
    [InlineData("evil")]
    public async Task Import_EntryThatIsNotListed_IsRefused(string name)
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        entries.Add((name, "evil"u8.ToArray()));

        Assert.Contains(
            "which its index does not list",
            await _fixture.RefusalAsync(BundleFixture.Archive(entries)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.Directory)]
    public async Task Import_EntryThatIsNoFile_IsRefused(TarEntryType type)
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        UstarTarEntry entry = new(type, entries[^1].Name);
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "/etc/passwd";
        }

        Assert.Contains(
            "a link, a device, a folder",
            await _fixture.RefusalAsync(BundleFixture.Archive(entries.SkipLast(1), entry)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_LongNamesAndExtendedHeaders_AreRefused()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        foreach (
            TarEntry entry in new TarEntry[]
            {
                new PaxTarEntry(TarEntryType.RegularFile, "x") { DataStream = new MemoryStream([1]) },
                new GnuTarEntry(TarEntryType.RegularFile, new string('x', 200)),
            }
        )
        {
            Assert.Contains(
                "another thing that bundles do not have",
                await _fixture.RefusalAsync(BundleFixture.Archive(entries, entry)),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task Import_SameFileTwice_IsRefused()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        entries.Add(entries[^1]);

        Assert.Contains(
            "twice",
            await _fixture.RefusalAsync(BundleFixture.Archive(entries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_FileLargerThanListed_IsRefused()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        entries[^1] = (entries[^1].Name, [.. entries[^1].Content, 0]);

        Assert.Contains(
            "and lists it with",
            await _fixture.RefusalAsync(BundleFixture.Archive(entries)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_FlippedBitAnywhere_IsRefused()
    {
        byte[] bundle = await _fixture.ExportAsync();
        Random random = new(20260301);
        for (int i = 0; i < 40; i++)
        {
            byte[] damaged = [.. bundle];
            int place = random.Next(bundle.Length);
            damaged[place] ^= (byte)(1 << random.Next(8));
            bool isHarmless = IsPadding(bundle, place);

            if (!isHarmless)
            {
                await _fixture.RefusalAsync(damaged, allowUnsigned: false);
            }
        }
    }

    [Fact]
    public async Task Import_TruncatedAnywhere_IsRefused()
    {
        byte[] bundle = await _fixture.ExportAsync();
        foreach (int length in new[] { 0, 1, 511, 512, 1000, 3000, bundle.Length / 2, bundle.Length - 1025 })
        {
            Assert.Contains(
                "truncated",
                await _fixture.RefusalAsync(bundle[..length]),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public async Task Import_EndBeforeAllFiles_IsRefused()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());

        Assert.Contains(
            "is listed and not in it",
            await _fixture.RefusalAsync(BundleFixture.Archive(entries.SkipLast(1))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Import_FilesBeforeManifests_IsRefused()
    {
        List<(string Name, byte[] Content)> entries = BundleFixture.Entries(await _fixture.ExportAsync());
        (entries[3], entries[^1]) = (entries[^1], entries[3]);

        await _fixture.RefusalAsync(BundleFixture.Archive(entries));
    }

    [Theory]
    [InlineData("no tar at all")]
    [InlineData("PK\u0003\u0004")]
    public async Task Import_AnotherFile_IsRefused(string text) =>
        Assert.NotEmpty(
            await _fixture.RefusalAsync(
                Encoding.Latin1.GetBytes(text.PadRight(2048, 'x')),
                allowUnsigned: true
            )
        );

    [Theory]
    [InlineData("""{"schemaVersion":1,"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[]}""")]
    [InlineData("""{"schemaVersion":2}""")]
    [InlineData("""[]""")]
    [InlineData("""{"schemaVersion":2,"manifests":[{"digest":"sha256:../../x","size":1}]}""")]
    [InlineData(
        """{"schemaVersion":2,"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":-1}]}"""
    )]
    [InlineData(
        """{"schemaVersion":2,"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":99999999999999999}]}"""
    )]
    [InlineData(
        """{"schemaVersion":2,"manifests":[{"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","size":1,"annotations":{"a":"\u0007"}}]}"""
    )]
    public async Task Import_IndexThatCannotBe_IsRefused(string index) =>
        await _fixture.RefusalAsync(
            BundleFixture.Archive([
                ("oci-layout", BundleDocuments.Layout),
                ("index.json", Encoding.UTF8.GetBytes(index)),
            ]),
            allowUnsigned: true
        );

    [Fact]
    public async Task Import_IndexOfManyMegabytes_IsRefusedBeforeItIsRead()
    {
        byte[] archive =
        [
            .. BundleFixture.Archive([("oci-layout", BundleDocuments.Layout)])[..1024],
            .. new TarHeader("index.json", 1L << 40).Write(),
        ];

        Assert.Contains("is larger than", await _fixture.RefusalAsync(archive), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WeightsThatAreNoModel_AreRefused()
    {
        StoreFixture here = _fixture.Here;
        StoredModelFiles model = new()
        {
            Name = "team/bad:v1",
            Files =
            [
                new StoredFile
                {
                    Role = Models.Sources.ResolvedFileRole.Weights,
                    Digest = here.Add(7, 1000),
                    SizeBytes = 1000,
                },
            ],
        };
        using MemoryStream bundle = new();
        await BundleWriter.WriteAsync(
            here.Store,
            [model],
            bundle,
            _fixture.Key,
            null,
            TestContext.Current.CancellationToken
        );

        Assert.Contains(
            "no sound model",
            await _fixture.RefusalAsync(bundle.ToArray()),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8589934591)]
    [InlineData(8589934592)]
    [InlineData(1L << 44)]
    public void Header_AnySize_IsReadBack(long size)
    {
        TarHeader header = new("blobs/sha256/x", size);

        Assert.Equal(header, TarHeader.Parse(header.Write()));
    }

    [Fact]
    public void Header_LargeFile_HasItsSizeAsOtherProgramsWriteIt() =>
        Assert.Equal(
            "800000000000000240000000",
            Convert.ToHexString(new TarHeader("blobs/sha256/x", 9L << 30).Write()[124..136])
        );

    // What follows the content of an entry up to the next block, and what follows the end, is nobody's.
    private static bool IsPadding(byte[] bundle, int place)
    {
        for (int at = 0; at + TarHeader.BlockBytes <= bundle.Length; )
        {
            if (TarHeader.Parse(bundle.AsSpan(at, TarHeader.BlockBytes)) is not { } header)
            {
                return place >= at + TarHeader.BlockBytes;
            }

            long end = at + TarHeader.BlockBytes + header.SizeBytes;
            if (place < end)
            {
                return false;
            }

            at = (int)end + TarHeader.PaddingOf(header.SizeBytes);
            if (place < at)
            {
                return true;
            }
        }

        return true;
    }
}
