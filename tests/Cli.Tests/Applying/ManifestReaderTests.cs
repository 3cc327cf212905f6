using LlmOperator.Cli.Applying;

namespace LlmOperator.Cli.Tests.Applying;

public sealed class ManifestReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-manifests-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Read_FolderAndDocuments_KeepsTheOrder()
    {
        Write(
            "b.yaml",
            "apiVersion: v1\nkind: B\nmetadata: { name: two }\n---\napiVersion: v1\nkind: C\nmetadata: { name: three }\n"
        );
        Write(
            "a.yml",
            "apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: A, metadata: { name: one } }\n"
        );
        Write("notes.txt", "not a manifest");

        IReadOnlyList<Manifest> manifests = await ManifestReader.ReadAsync(
            [_folder.FullName],
            TextReader.Null,
            Token
        );

        Assert.Equal(["A one", "B two", "C three"], manifests.Select(m => $"{m.Kind} {m.Name}"));
        Assert.EndsWith("b.yaml (document 2)", manifests[2].Origin, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_StandardInput_IsADash()
    {
        using StringReader input = new("""{"apiVersion":"v1","kind":"A","metadata":{"name":"one"}}""");

        Assert.Equal("one", Assert.Single(await ManifestReader.ReadAsync(["-"], input, Token)).Name);
    }

    [Theory]
    [InlineData("kind: [unclosed", "broken.yaml")]
    [InlineData("apiVersion: v1\nmetadata: { name: x }\n", "kind is missing")]
    [InlineData("apiVersion: v1\nkind: A\n", "metadata.name is missing")]
    public async Task Read_BrokenManifest_NamesFileAndFault(string text, string expected)
    {
        string file = Write("broken.yaml", text);

        CliException error = await Assert.ThrowsAsync<CliException>(async () =>
        {
            Manifest manifest = (await ManifestReader.ReadAsync([file], TextReader.Null, Token))[0];
            _ = manifest.Kind + manifest.Name;
        });

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("broken.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_MissingFile_IsOneSentence()
    {
        CliException error = await Assert.ThrowsAsync<CliException>(() =>
            ManifestReader.ReadAsync(["no-such.yaml"], TextReader.Null, Token)
        );

        Assert.StartsWith("no-such.yaml cannot be read", error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
