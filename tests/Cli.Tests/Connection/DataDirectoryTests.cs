using LlmOperator.Cli.Connection;

namespace LlmOperator.Cli.Tests.Connection;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-data-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ReadState_OfARunningProcess_IsFound()
    {
        DataDirectory data = new(_folder.FullName);
        UpState state = new(
            Environment.ProcessId,
            UpState.StartOf(Environment.ProcessId),
            "https://127.0.0.1:1/",
            "http://127.0.0.1:2/"
        );

        data.WriteState(state);

        Assert.Equal(state, data.ReadState());
    }

    [Fact]
    public void ReadState_OfAReusedProcessId_IsNoState()
    {
        DataDirectory data = new(_folder.FullName);

        data.WriteState(
            new UpState(Environment.ProcessId, ProcessStart: 1, "https://127.0.0.1:1/", "http://127.0.0.1:2/")
        );

        Assert.Null(data.ReadState());
    }

    [Fact]
    public void Create_Folder_IsForItsOwnerAlone()
    {
        DataDirectory data = new(Path.Combine(_folder.FullName, "new"));

        data.Create();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(data.Path)
        );
    }
}
