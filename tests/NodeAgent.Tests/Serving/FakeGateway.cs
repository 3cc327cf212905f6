using LlmOperator.Engines;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Replicas;

namespace LlmOperator.NodeAgent.Tests.Serving;

/// <summary>One replica, <c>default/demo</c>, whose engine and state the test chooses.</summary>
internal sealed class FakeGateway : IReplicaGateway
{
    private int _open;

    public IEngineInstance? Engine { get; set; }

    public ReplicaUnavailableException? Unavailable { get; set; }

    /// <summary>What requests wait for, as for a model that is loaded on demand.</summary>
    public Task Loading { get; set; } = Task.CompletedTask;

    public CancellationTokenSource Exited { get; } = new();

    public int OpenLeases => Volatile.Read(ref _open);

    public int Acquired { get; private set; }

    public async Task<RequestLease> AcquireAsync(ObjectKey replica, CancellationToken cancellationToken)
    {
        if (replica != new ObjectKey("default", "demo") || Engine is null)
        {
            throw new ReplicaUnavailableException(
                ReplicaUnavailableKind.NotFound,
                $"There is no replica {replica} on this node."
            );
        }

        await Loading.WaitAsync(cancellationToken);
        if (Unavailable is not null)
        {
            throw Unavailable;
        }

        Interlocked.Increment(ref _open);
        Acquired++;
        return new RequestLease(Engine, () => Interlocked.Decrement(ref _open), Exited.Token);
    }
}
