using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Authentication;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>
/// Who may have a private file: the node of a replica that wants the digest, in a namespace whose credential the origin
/// accepted for it. What the asker says of its replica is not believed; the API server is asked. Thread-safe.
/// </summary>
/// <param name="find">Asks the API server for a replica; null when there is none.</param>
/// <param name="files">Which files are private.</param>
/// <param name="time">Clock.</param>
internal sealed class PeerAccess(
    Func<ObjectKey, CancellationToken, Task<ModelReplica?>> find,
    IPrivateFiles files,
    TimeProvider time
)
{
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(30);
    private const int MostKept = 4096;
    private readonly ConcurrentDictionary<(ModelDigest, string Replica, string Node), long> _granted = new();

    /// <summary>Why the asker may not have it; null when it may.</summary>
    public async Task<string?> RefuseAsync(
        ModelDigest digest,
        PeerClaim claim,
        CancellationToken cancellationToken
    )
    {
        if (files.NamespacesOf(digest) is not { } namespaces)
        {
            return null;
        }

        if (claim.Replica.Split('/') is not [{ Length: > 0 } space, { Length: > 0 } name])
        {
            return "The file is private, and the request names no replica that wants it.";
        }

        if (!namespaces.Contains(space))
        {
            return $"The file is private, and no credential of namespace {space} was accepted for it here.";
        }

        (ModelDigest, string, string) key = (digest, claim.Replica, claim.From);
        if (_granted.TryGetValue(key, out long at) && time.GetElapsedTime(at) < s_keep)
        {
            return null;
        }

        ModelReplica? replica = await find(new ObjectKey(space, name), cancellationToken);
        if (replica is null || replica.Spec.NodeName != claim.From || !Wants(replica.Spec.Artifact, digest))
        {
            return $"The file is private, and {claim.Replica} is no replica on node {claim.From} that wants it with a credential.";
        }

        if (_granted.Count >= MostKept)
        {
            _granted.Clear();
        }

        _granted[key] = time.GetTimestamp();
        return null;
    }

    // Without a credential of its own it would be stored there as everybody's.
    private static bool Wants(ModelArtifact artifact, ModelDigest digest) =>
        SourceSecrets.NameOf(artifact.Source) is not null
        && (artifact.Files ?? [])
            .Select(file => file.Digest)
            .Append(artifact.Digest)
            .Any(text => ModelDigest.TryParse(text, out ModelDigest wanted) && wanted == digest);
}
