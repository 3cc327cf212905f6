using System.Text;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>What an engine writes, in a file of bounded size; the part before lies beside it as <c>.1</c>. Thread-safe.</summary>
internal sealed class EngineLog(string path) : IDisposable
{
    private const long MostBytes = 8 << 20;
    private readonly Lock _lock = new();
    private FileStream? _stream;
    private bool _isDisposed;

    /// <summary>Path of a replica's log.</summary>
    public static string PathOf(string folder, Kubernetes.Meta.ObjectKey replica) =>
        Path.Combine(folder, $"{replica.Namespace}_{replica.Name}.log");

    public void Write(string line)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            try
            {
                FileStream stream = _stream ??= Open();
                stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
                stream.Flush();
                if (stream.Length > MostBytes)
                {
                    stream.Dispose();
                    _stream = null;
                    File.Move(path, path + ".1", overwrite: true);
                }
            }
            catch (IOException)
            {
                // A full disk must not stop the engine; the last lines are in its status as well.
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _stream?.Dispose();
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(
            path,
            FileMode.Append,
            FileAccess.Write,
            FileShare.ReadWrite | FileShare.Delete
        );
    }
}
