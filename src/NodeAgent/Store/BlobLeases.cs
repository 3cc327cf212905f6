using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Blobs that somebody reads right now: they are not deleted meanwhile. Thread-safe.</summary>
internal sealed class BlobLeases
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ModelDigest, int> _held = [];

    /// <summary>Holds a blob until it is disposed.</summary>
    public IDisposable Hold(ModelDigest digest)
    {
        lock (_lock)
        {
            _held[digest] = _held.GetValueOrDefault(digest) + 1;
        }

        return new Lease(this, digest);
    }

    public bool IsHeld(ModelDigest digest)
    {
        lock (_lock)
        {
            return _held.ContainsKey(digest);
        }
    }

    private void Release(ModelDigest digest)
    {
        lock (_lock)
        {
            int left = _held[digest] - 1;
            if (left == 0)
            {
                _held.Remove(digest);
            }
            else
            {
                _held[digest] = left;
            }
        }
    }

    private sealed class Lease(BlobLeases leases, ModelDigest digest) : IDisposable
    {
        private BlobLeases? _leases = leases;

        public void Dispose() => Interlocked.Exchange(ref _leases, null)?.Release(digest);
    }
}
