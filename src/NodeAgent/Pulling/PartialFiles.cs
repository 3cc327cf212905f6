using System.Collections.Concurrent;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>The files that this node is pulling now, so that others may read what is here already. Thread-safe.</summary>
internal sealed class PartialFiles
{
    private readonly ConcurrentDictionary<ModelDigest, PartialFile> _files = new();

    /// <summary>Digests that are being pulled; a snapshot.</summary>
    public IReadOnlyCollection<ModelDigest> Digests => [.. _files.Keys];

    /// <summary>
    /// Opens what is here of a file for peers, for whom its units are hashed from now on; null when it is not being
    /// pulled. What is opened stays readable.
    /// </summary>
    public IPartialView? Open(ModelDigest digest)
    {
        if (!_files.TryGetValue(digest, out PartialFile? file))
        {
            return null;
        }

        file.Digests.Want();
        return file.OpenView();
    }

    /// <summary>The same for who only wants to see what others need.</summary>
    public IPartialView? Watch(ModelDigest digest) =>
        _files.TryGetValue(digest, out PartialFile? file) ? file.OpenView() : null;

    /// <summary>Shows a file until the result is disposed.</summary>
    public IDisposable Show(ModelDigest digest, PartialFile file)
    {
        _files[digest] = file;
        return new Shown(() => _files.TryRemove(new KeyValuePair<ModelDigest, PartialFile>(digest, file)));
    }

    private sealed class Shown(Action hide) : IDisposable
    {
        public void Dispose() => hide();
    }
}
