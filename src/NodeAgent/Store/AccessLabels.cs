using System.Collections.Concurrent;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Serving;

namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Which files were pulled with a credential, and in which namespaces the origin accepted one. A file without a label
/// is anybody's. On disk beside the blobs, so that a restart opens nothing. Thread-safe.
/// </summary>
internal sealed class AccessLabels(StoreLayout layout) : IPrivateFiles
{
    private readonly ConcurrentDictionary<ModelDigest, AccessLabel> _known = new();
    private readonly Lock _changing = new();

    /// <inheritdoc/>
    public IReadOnlySet<string>? NamespacesOf(ModelDigest digest) =>
        Find(digest) is { } label ? label.Namespaces.ToHashSet(StringComparer.Ordinal) : null;

    /// <summary>Whether a namespace may have a file without asking the origin first.</summary>
    public bool IsOpenTo(ModelDigest digest, string @namespace) =>
        Find(digest) is not { } label || label.Namespaces.Contains(@namespace);

    /// <summary>
    /// The origin accepted the credential of a namespace. What is private and new gets its label before its first byte
    /// comes, so call it with <paramref name="isNew"/> then; a file that is here without a label stays anybody's.
    /// </summary>
    public void Accept(ModelDigest digest, string @namespace, bool isNew)
    {
        lock (_changing)
        {
            AccessLabel? label = Find(digest);
            if ((label is null && !isNew) || label?.Namespaces.Contains(@namespace) == true)
            {
                return;
            }

            AccessLabel changed = new(
                digest.ToString(),
                [.. (label?.Namespaces ?? []).Append(@namespace).Order(StringComparer.Ordinal)]
            );
            DurableFiles.WriteJson(layout.Access(digest), changed);
            _known[digest] = changed;
        }
    }

    /// <summary>The origin gave the file without a credential, or it is gone: it is nobody's any more.</summary>
    public void Open(ModelDigest digest)
    {
        lock (_changing)
        {
            if (File.Exists(layout.Access(digest)))
            {
                File.Delete(layout.Access(digest));
            }

            _known.TryRemove(digest, out _);
        }
    }

    private AccessLabel? Find(ModelDigest digest)
    {
        if (_known.TryGetValue(digest, out AccessLabel? known))
        {
            return known;
        }

        AccessLabel? label = DurableFiles.ReadJson<AccessLabel>(layout.Access(digest));
        return label is null ? null : _known.GetOrAdd(digest, label);
    }
}
