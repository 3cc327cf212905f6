using System.Formats.Tar;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Bundles;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.NodeAgent.Tests.Store;

/// <summary>A site that has a model and a key, and one that has nothing.</summary>
internal sealed class BundleFixture : IDisposable, IDiskSpace
{
    public const string Name = "team/tiny:v1";

    public StoreFixture Here { get; } = new();

    public StoreFixture There { get; } = new();

    public BundleKey Key { get; } = BundleKey.Create();

    public byte[] Content { get; } = ModelShapes.TinyLlama();

    public long FreeBytes { get; set; } = long.MaxValue;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task<byte[]> ExportAsync(bool signed = true)
    {
        string file = Path.Combine(Here.Outside, "tiny.gguf");
        await File.WriteAllBytesAsync(file, Content, Token);
        StoredModelFiles model = await Here.Store.ImportAsync(file, Name, Token);
        using MemoryStream bundle = new();
        await BundleWriter.WriteAsync(Here.Store, [model], bundle, signed ? Key : null, null, Token);
        return bundle.ToArray();
    }

    public Task<BundleImport> ImportAsync(
        byte[] bundle,
        bool allowUnsigned = false,
        BundleKey? trusted = null
    ) =>
        BundleReader.ImportAsync(
            There.Store,
            this,
            new MemoryStream(bundle),
            new BundleTrust([trusted ?? Key], allowUnsigned),
            null,
            Token
        );

    /// <summary>The message of the refusal, after which nothing is there that was not before.</summary>
    public async Task<string> RefusalAsync(
        byte[] bundle,
        bool allowUnsigned = false,
        BundleKey? trusted = null
    )
    {
        string[] before = FilesOf(There.Outside);
        StoreException error = await Assert.ThrowsAsync<StoreException>(() =>
            ImportAsync(bundle, allowUnsigned, trusted)
        );
        Assert.Equal(before, FilesOf(There.Outside));
        return error.Message;
    }

    /// <summary>Entries of a bundle, by the tar reader of the framework.</summary>
    public static List<(string Name, byte[] Content)> Entries(byte[] bundle)
    {
        List<(string, byte[])> entries = [];
        using TarReader reader = new(new MemoryStream(bundle));
        while (reader.GetNextEntry() is { } entry)
        {
            using MemoryStream copy = new();
            entry.DataStream?.CopyTo(copy);
            entries.Add((entry.Name, copy.ToArray()));
        }

        return entries;
    }

    /// <summary>An archive of entries, by the tar writer of the framework.</summary>
    public static byte[] Archive(IEnumerable<(string Name, byte[] Content)> entries, params TarEntry[] others)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                writer.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        DataStream = new MemoryStream(content),
                    }
                );
            }

            foreach (TarEntry other in others)
            {
                writer.WriteEntry(other);
            }
        }

        return archive.ToArray();
    }

    public void Dispose()
    {
        Here.Dispose();
        There.Dispose();
        Key.Dispose();
    }

    DiskRoom IDiskSpace.Measure(string folder) => new(long.MaxValue, FreeBytes);

    private static string[] FilesOf(string folder) =>
        [
            .. Directory
                .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal),
        ];
}
