using System.Text.Json;

namespace LlmOperator.Cli.Connection;

/// <summary>Layout of the folder in which <c>llmop up</c> keeps everything.</summary>
/// <param name="Path">Absolute path of the folder.</param>
internal sealed record DataDirectory(string Path)
{
    private const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Journal of the embedded API server.</summary>
    public string Api => System.IO.Path.Combine(Path, "api");

    /// <summary>Kubeconfig of the embedded API server.</summary>
    public string Kubeconfig => System.IO.Path.Combine(Path, "kubeconfig");

    /// <summary>Token between router and agents.</summary>
    public string ServingToken => System.IO.Path.Combine(Path, "serving-token");

    /// <summary>Addresses and process id while <c>llmop up</c> runs.</summary>
    public string State => System.IO.Path.Combine(Path, "up.json");

    /// <summary>Log of all parts.</summary>
    public string Log => System.IO.Path.Combine(Path, "logs", "llmop.log");

    /// <summary>Folder of one node: model store, engine sockets, engine logs.</summary>
    public string Node(string name) => System.IO.Path.Combine(Path, "nodes", name);

    /// <summary>The folder that <c>--data-dir</c> names, or the user's data folder.</summary>
    public static DataDirectory Resolve(string? option)
    {
        if (!string.IsNullOrEmpty(option))
        {
            return new DataDirectory(System.IO.Path.GetFullPath(option));
        }

        string? named = Environment.GetEnvironmentVariable("LLMOP_DATA_DIR");
        if (!string.IsNullOrEmpty(named))
        {
            return new DataDirectory(System.IO.Path.GetFullPath(named));
        }

        string? xdg = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        string data = string.IsNullOrEmpty(xdg)
            ? System.IO.Path.Combine(
                Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
                ".local",
                "share"
            )
            : xdg;
        return new DataDirectory(System.IO.Path.Combine(data, "llmop"));
    }

    /// <summary>Creates the folder, readable by its owner alone.</summary>
    /// <exception cref="CliException">The folder cannot be made.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerOnly);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Log)!, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                $"The data folder {Path} cannot be made ({e.Message}); choose another with --data-dir."
            );
        }
    }

    /// <summary>What the running <c>llmop up</c> says of itself; null when none runs on this folder.</summary>
    public UpState? ReadState()
    {
        try
        {
            UpState? state = JsonSerializer.Deserialize(
                File.ReadAllBytes(State),
                UpStateJson.Default.UpState
            );
            return state is not null && state.IsRunning() ? state : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes <see cref="State"/>, whole or not at all.</summary>
    public void WriteState(UpState state)
    {
        string temporary = State + ".new";
        File.WriteAllBytes(
            temporary,
            JsonSerializer.SerializeToUtf8Bytes(state, UpStateJson.Default.UpState)
        );
        File.Move(temporary, State, overwrite: true);
    }
}
