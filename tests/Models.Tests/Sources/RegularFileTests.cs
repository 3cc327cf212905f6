using System.Diagnostics;
using LlmOperator.Models.Sources;

namespace LlmOperator.Models.Tests.Sources;

public sealed class RegularFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("regular-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void HasBytes_FileAndLinkToOne_True()
    {
        string file = Path.Combine(_folder.FullName, "file");
        string link = Path.Combine(_folder.FullName, "link");
        File.WriteAllText(file, "x");
        File.CreateSymbolicLink(link, file);

        Assert.True(RegularFile.HasBytes(file));
        Assert.True(RegularFile.HasBytes(link));
        Assert.False(RegularFile.HasBytes(Path.Combine(_folder.FullName, "none")));
        Assert.False(RegularFile.HasBytes(_folder.FullName));
    }

    [Fact]
    public async Task ResolveAsync_PipeOrDevice_IsRefusedWithoutBeingOpened()
    {
        string pipe = Path.Combine(_folder.FullName, "pipe");
        using Process made = Process.Start("mkfifo", pipe);
        await made.WaitForExitAsync(Token);
        string link = Path.Combine(_folder.FullName, "zero");
        File.CreateSymbolicLink(link, "/dev/zero");
        SourceSettings settings = new();
        using GuardedHttp http = new(settings, TimeProvider.System);
        SourceResolver resolver = new(http, settings, TimeProvider.System);

        foreach (string path in new[] { pipe, link, "/dev/zero" })
        {
            ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
                resolver.ResolveAsync(new FileSource(path), null, Token)
            );
            Assert.Contains("no regular file", error.Message, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
