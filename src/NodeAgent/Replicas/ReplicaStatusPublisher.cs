using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Errors;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Writes the state of one replica to its status: at once, but progress of a pull as <see cref="PublishRule"/> says.</summary>
[Rbac<ModelReplica>("patch", Subresource = "status")]
internal sealed partial class ReplicaStatusPublisher : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);

    private readonly ReplicaContext _context;
    private readonly ReplicaBoard _board;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _complete = new();
    private ModelReplica _replica;
    private ModelReplicaStatus? _written;
    private ReplicaState? _published;
    private long _publishedAt;

    // What the operator said over this agent's head while it was silent.
    private ModelReplica? _overruled;

    public ReplicaStatusPublisher(ReplicaContext context, ReplicaBoard board, ModelReplica replica)
    {
        _context = context;
        _board = board;
        _replica = replica;
        _written = replica.Status;
        _logger = context.Loggers.CreateLogger<ReplicaStatusPublisher>();
    }

    public void Update(ModelReplica replica)
    {
        Volatile.Write(ref _replica, replica);
        if (
            replica.Status?.Conditions.Find(ModelReplicaConditions.Ready)?.Reason
            == ModelReplicaConditions.AgentLost
        )
        {
            Volatile.Write(ref _overruled, replica);
        }
    }

    /// <summary>Writes the last state and ends.</summary>
    public void Complete() => _complete.Cancel();

    public void Dispose() => _complete.Dispose();

    public async Task RunAsync()
    {
        while (true)
        {
            bool last = _complete.IsCancellationRequested;
            (ReplicaState state, Task changed) = _board.Look();
            bool isDue =
                Volatile.Read(ref _overruled) is not null
                || PublishRule.IsDue(_published, state, _context.Time.GetElapsedTime(_publishedAt));
            bool done = !isDue || await TryWriteAsync(state);
            if (last)
            {
                return;
            }

            Task wake = done ? changed : Task.Delay(s_retry, _context.Time, _complete.Token);
            await Task.WhenAny(wake, Task.Delay(PublishRule.BetweenProgress, _context.Time, _complete.Token));
        }
    }

    private async Task<bool> TryWriteAsync(ReplicaState state)
    {
        ModelReplica replica = Volatile.Read(ref _replica);
        ModelReplica? overruled = Volatile.Read(ref _overruled);
        ModelReplicaStatus? before = overruled?.Status ?? _written;
        Uri? endpoint = _context.Address() is { } address
            ? new Uri(address, $"replicas/{replica.Metadata.Namespace}/{replica.Metadata.Name}")
            : null;
        ModelReplicaStatus status = ReplicaStatusPlan.Build(
            before,
            state,
            replica.Spec.Loading.Mode,
            endpoint,
            _context.Time.GetUtcNow()
        );
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10), _context.Time);
        try
        {
            await _context.Status.WriteAsync<ModelReplica, ModelReplicaSpec, ModelReplicaStatus>(
                replica with
                {
                    Status = before,
                },
                status,
                limit.Token
            );
            (_written, _published, _publishedAt) = (status, state, _context.Time.GetTimestamp());
            Interlocked.CompareExchange(ref _overruled, null, overruled);
            return true;
        }
        catch (KubernetesApiException error) when (error.IsNotFound)
        {
            // The object is gone; nobody reads this any more.
            _published = state;
            Interlocked.CompareExchange(ref _overruled, null, overruled);
            return true;
        }
        catch (Exception error)
        {
            // The border of the publisher's loop: it tries again.
            LogNotWritten(replica.Key.ToString(), error.Message);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The status of replica {Replica} was not written: {Error}")]
    private partial void LogNotWritten(string replica, string error);
}
