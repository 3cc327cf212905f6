namespace LlmOperator.NodeAgent.Store;

/// <summary>A blob that is being read; nobody deletes it until this is disposed.</summary>
internal sealed class LeasedFileStream(string path, IDisposable lease)
    : FileStream(
        path,
        FileMode.Open,
        FileAccess.Read,
        FileShare.Read | FileShare.Delete,
        BufferBytes,
        FileOptions.Asynchronous
    )
{
    private const int BufferBytes = 1 << 16;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        lease.Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        lease.Dispose();
    }
}
