using System.Security.Cryptography;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.NodeAgent.Tests.Store;

/// <summary>A store in a folder of its own, on a disk whose size the test says.</summary>
internal sealed class StoreFixture : IDisposable, IDiskSpace
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-store-");

    public StoreFixture()
    {
        Store = Open();
        Collector = NewCollector();
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-03-01T00:00:00Z"));

    public ModelStore Store { get; private set; }

    public StoreCollector Collector { get; private set; }

    public string Folder => Path.Combine(_folder.FullName, "store");

    public string Outside => _folder.FullName;

    /// <summary>Bytes of the disk; what is used is what lies in the store, and <see cref="OtherBytes"/>.</summary>
    public long DiskBytes { get; set; } = 1000;

    public long OtherBytes { get; set; }

    public static ModelDigest DigestOf(byte[] content) => ModelDigest.FromHash(SHA256.HashData(content));

    public static byte[] Content(int seed, int length)
    {
        byte[] content = new byte[length];
        Array.Fill(content, (byte)seed);
        return content;
    }

    /// <summary>Stores bytes; each later than the one before.</summary>
    public ModelDigest Add(int seed, int length, string? pin = null)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        byte[] content = Content(seed, length);
        ModelDigest digest = DigestOf(content);
        string file = Store.NewTemporaryFile();
        File.WriteAllBytes(file, content);
        Store.Commit(digest, file, $"model {seed}");
        Store.Touch(digest);
        if (pin is not null)
        {
            Store.Pins.Set(pin, [digest]);
        }

        return digest;
    }

    public ModelDigest AddPartial(string name, int length)
    {
        ModelDigest key = StoreLayout.KeyOf(name);
        string folder = Directory.CreateDirectory(Store.Layout.PartialOf(key)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "data"), new byte[length]);
        return key;
    }

    /// <summary>As another start of the agent.</summary>
    public void Reopen()
    {
        Store.Dispose();
        Store = Open();
        Collector = NewCollector();
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Delete(recursive: true);
    }

    DiskRoom IDiskSpace.Measure(string folder) =>
        new(DiskBytes, DiskBytes - OtherBytes - Store.Contents().SizeBytes);

    private ModelStore Open() => ModelStore.Open(Folder, Time);

    private StoreCollector NewCollector() => new(Store, NullLogger<StoreCollector>.Instance);
}
