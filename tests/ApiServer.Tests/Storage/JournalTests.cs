using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.ApiServer.Tests.Storage;

public sealed class JournalTests : IDisposable
{
    private static readonly GroupResource s_things = new("example.com", "things");

    private readonly string _directory = Directory.CreateTempSubdirectory("llmop-journal-").FullName;

    private string JournalFile => Path.Combine(_directory, "objects.journal");

    [Fact]
    public async Task Open_AfterClosing_HasEveryObjectAndTheRevision()
    {
        await using (var store = Open())
        {
            await PutAsync(store, "a", "1");
            var b = await PutAsync(store, "b", "1");
            await PutAsync(store, "a", "2");
            await store.TryDeleteAsync(b, b.Parse());
        }
        await using var again = Open();
        var a = Assert.Single(again.Current.Of(s_things).Values);
        Assert.Equal("2", (string)a.Parse()["value"]!);
        Assert.Equal(5, again.Current.Revision);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(30)]
    public async Task Open_TailIsTorn_CutsItOffAndKeepsTheRest(int missing)
    {
        await WriteThreeAsync();
        Truncate(missing);
        await using (var store = Open())
        {
            Assert.Equal(["a", "b"], store.Current.Of(s_things).Keys);
            await PutAsync(store, "d", "1");
        }
        await using var again = Open();
        Assert.Equal(["a", "b", "d"], again.Current.Of(s_things).Keys);
    }

    [Fact]
    public async Task Open_TailIsZeros_CutsItOff()
    {
        await WriteThreeAsync();
        await using (var file = File.Open(JournalFile, FileMode.Append))
        {
            file.Write(new byte[4096]);
        }
        await using var store = Open();
        Assert.Equal(["a", "b", "c"], store.Current.Of(s_things).Keys);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(40)]
    public async Task Open_MiddleIsDamaged_IsRefusedWithFileAndPlace(int at)
    {
        await WriteThreeAsync();
        Flip(at);
        var error = Assert.Throws<InvalidDataException>(() => Open());
        Assert.Contains($"{JournalFile} is damaged at byte 8", error.Message, StringComparison.Ordinal);
        // What was refused is untouched, and the folder is free again.
        Flip(at);
        await using var store = Open();
        Assert.Equal(["a", "b", "c"], store.Current.Of(s_things).Keys);
    }

    [Fact]
    public void Open_AnotherFile_IsRefused()
    {
        File.WriteAllText(JournalFile, "something else entirely");
        var error = Assert.Throws<InvalidDataException>(() => Open());
        Assert.Contains("it does not begin as a journal does", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_MostIsHistory_CompactsAndKeepsAll()
    {
        await using (var store = Open(compactAt: 20_000))
        {
            var last = await PutAsync(store, "gone", "x");
            await PutAsync(store, "kept", "1");
            for (var i = 0; i < 500; i++)
            {
                await PutAsync(store, "busy", $"{i}");
            }
            await store.TryDeleteAsync(last, last.Parse());
        }
        Assert.InRange(new FileInfo(JournalFile).Length, 1, 40_000);
        await using var again = Open();
        Assert.Equal(["busy", "kept"], again.Current.Of(s_things).Keys);
        Assert.Equal("499", (string)again.Current.Find(s_things, "busy")!.Parse()["value"]!);
        Assert.Equal(504, again.Current.Revision);
    }

    [Fact]
    public async Task Write_ManyAtOnce_ArePublishedInOrderOfRevision()
    {
        await using var store = Open();
        var seen = new List<long>();
        store.Published = changes => seen.AddRange(changes.Select(c => c.Revision));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => PutAsync(store, $"n{i}", "1")));
        Assert.Equal(Enumerable.Range(2, 200).Select(i => (long)i), seen);
        Assert.Equal(200, store.Current.Of(s_things).Count);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private ObjectStore Open(long compactAt = 8 << 20)
    {
        var journal = new FileJournal(_directory, NullLogger.Instance, compactAt);
        try
        {
            return new ObjectStore(journal, 100);
        }
        catch
        {
            journal.Close();
            throw;
        }
    }

    private async Task WriteThreeAsync()
    {
        await using var store = Open();
        foreach (var name in new[] { "a", "b", "c" })
        {
            await PutAsync(store, name, "1");
        }
    }

    private static async Task<StoredObject> PutAsync(ObjectStore store, string name, string value) =>
        (
            await store.TryPutAsync(
                s_things,
                store.Latest(s_things, name),
                new JsonObject
                {
                    ["metadata"] = new JsonObject { ["name"] = name },
                    ["value"] = value,
                }
            )
        )!;

    private void Truncate(int bytes)
    {
        using var file = File.Open(JournalFile, FileMode.Open);
        file.SetLength(file.Length - bytes);
    }

    private void Flip(int at)
    {
        using var file = File.Open(JournalFile, FileMode.Open);
        file.Position = at;
        var value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 0x10));
    }
}
