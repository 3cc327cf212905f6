using Microsoft.Win32.SafeHandles;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>A view with a file handle of its own: it outlives the move of the finished file into the store.</summary>
internal sealed class PartialView(PartialFile file, SafeFileHandle handle) : IPartialView
{
    public int UnitBytes => file.Layout.UnitBytes;

    public long SizeBytes => file.Layout.SizeBytes;

    public bool Has(int unit) => file.Digests.Find(unit) is not null;

    public string DigestOf(int unit) =>
        file.Digests.Find(unit) ?? throw new InvalidOperationException($"Unit {unit} is not here yet.");

    public bool IsFromOrigin(int unit) => file.IsFromOrigin(unit);

    public ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(handle, buffer, offset, cancellationToken);

    public void Dispose() => handle.Dispose();
}
