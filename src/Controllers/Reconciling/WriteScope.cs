using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Remembers what one reconcile wrote and deleted, so that the next one of the key waits until the cache shows it (C31).</summary>
internal sealed class WriteScope
{
    private static readonly AsyncLocal<WriteScope?> s_current = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<(Type Type, ObjectKey Key), OwnChange> _changes = [];

    /// <summary>The scope of the reconcile that runs now, or null.</summary>
    public static WriteScope? Current => s_current.Value;

    public IReadOnlyList<OwnChange> Changes
    {
        get
        {
            lock (_lock)
            {
                return [.. _changes.Values];
            }
        }
    }

    /// <summary>Begins a scope for the present flow of control.</summary>
    public static WriteScope Begin() => s_current.Value = new WriteScope();

    /// <summary>Ends the scope of the present flow of control.</summary>
    public static void End() => s_current.Value = null;

    public void Wrote<T>(T written)
        where T : KubernetesObject
    {
        if (written.Metadata is { Name: not null, ResourceVersion: { } version })
        {
            lock (_lock)
            {
                _changes[(typeof(T), written.Key)] = new OwnChange.Write(
                    typeof(T),
                    written.Key,
                    version,
                    async (client, cancellationToken) =>
                        (await client.FindAsync<T>(written.Key, cancellationToken))?.Metadata.ResourceVersion
                );
            }
        }
    }

    public void Deleted<T>(ObjectKey key, string? uid)
        where T : KubernetesObject
    {
        lock (_lock)
        {
            _changes[(typeof(T), key)] = new OwnChange.Deletion(typeof(T), key, uid);
        }
    }
}
