using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>Files of the store, and what is verified of those that are being pulled.</summary>
internal sealed class PeerBlobs(ModelStore store, PartialFiles partials, UnitDigests digests) : IPeerBlobs
{
    public IPeerBlob? Open(ModelDigest digest) =>
        store.Find(digest) is { } blob && store.OpenRead(digest) is FileStream file
            ? new StoredPeerBlob(digest, file, digests.Find(blob), digests.UnitBytesOf(blob.SizeBytes))
        : partials.Open(digest) is { } view ? new PartialPeerBlob(digest, view)
        : null;
}
