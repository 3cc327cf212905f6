using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Writes files so that a crash leaves either the old or the new content.</summary>
internal static partial class DurableFiles
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
    };

    /// <summary>Writes a JSON file: temporary file, fsync, rename, fsync of the folder.</summary>
    public static void WriteJson<T>(string path, T value) =>
        Write(path, JsonSerializer.SerializeToUtf8Bytes(value, s_json));

    /// <summary>Writes a file: temporary file, fsync, rename, fsync of the folder.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        string temporary = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.tmp";
        using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncDirectory(folder);
    }

    /// <summary>Reads a JSON file; null when it is missing or not what it should be.</summary>
    public static T? ReadJson<T>(string path)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), s_json);
        }
        catch (Exception exception)
            when (exception
                    is FileNotFoundException
                        or DirectoryNotFoundException
                        or JsonException
                        or FormatException
            )
        {
            return null;
        }
    }

    /// <summary>Moves a file within one file system and makes that durable.</summary>
    public static void Move(string from, string to)
    {
        string folder = Path.GetDirectoryName(to)!;
        Directory.CreateDirectory(folder);
        File.Move(from, to, overwrite: true);
        SyncDirectory(folder);
    }

    /// <summary>Makes created, renamed and deleted names of a folder durable; nothing on systems that cannot.</summary>
    public static void SyncDirectory(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int ReadOnly = 0;
        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException(
                $"Cannot open the folder {folder} (error {Marshal.GetLastPInvokeError()})."
            );
        }

        try
        {
            // Some network file systems cannot sync a folder; the rename itself has succeeded.
            _ = FSync(descriptor);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport(
        "libc",
        EntryPoint = "open",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
