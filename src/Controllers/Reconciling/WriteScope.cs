using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Reconciling;

/// <summary>Remembers what one reconcile wrote, so that the next one of the key waits until the cache shows it (C31).</summary>
internal sealed class WriteScope
{
    private static readonly AsyncLocal<WriteScope?> s_current = new();

    private readonly Lock _lock = new();
    private readonly Dictionary<(Type Type, ObjectKey Key), OwnWrite> _writes = [];

    /// <summary>The scope of the reconcile that runs now, or null.</summary>
    public static WriteScope? Current => s_current.Value;

    public IReadOnlyList<OwnWrite> Writes
    {
        get
        {
            lock (_lock)
            {
                return [.. _writes.Values];
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
                _writes[(typeof(T), written.Key)] = new OwnWrite(
                    typeof(T),
                    written.Key,
                    version,
                    async (client, cancellationToken) =>
                        (await client.FindAsync<T>(written.Key, cancellationToken))?.Metadata.ResourceVersion
                );
            }
        }
    }
}
