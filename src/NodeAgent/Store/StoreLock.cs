namespace LlmOperator.NodeAgent.Store;

/// <summary>Holds a store for one process. The system lets go when the process dies, however it dies.</summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _stream;

    private StoreLock(FileStream stream)
    {
        _stream = stream;
    }

    /// <exception cref="StoreException">Another process, or another agent of this one, has the store.</exception>
    public static StoreLock Take(StoreLayout layout)
    {
        try
        {
            Directory.CreateDirectory(layout.Root);
            // No sharing is an exclusive lock of the file (flock), also within one process.
            return new StoreLock(
                new FileStream(layout.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException exception)
        {
            throw new StoreException(
                $"The model store {layout.Root} is in use by another agent or registry; stop that one, or give this one its own folder.",
                exception
            );
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StoreException(
                $"The model store {layout.Root} cannot be written; give the folder to the user that runs the agent, or choose another.",
                exception
            );
        }
    }

    public void Dispose() => _stream.Dispose();
}
