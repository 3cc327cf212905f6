using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.Engines;
using LlmOperator.NodeAgent.Residents;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>One stay of a replica in memory: waits for its turn, starts the engine, watches it, drains and stops it.</summary>
/// <param name="context">What all replicas of the node share.</param>
/// <param name="board">State of the replica.</param>
/// <param name="gate">Where requests pass.</param>
/// <param name="runner">Starts and measures engines.</param>
/// <param name="turn">What it says to get memory.</param>
/// <param name="demand">Whether a request wants it.</param>
/// <param name="idleTimeout">How long it may go unused now.</param>
internal sealed class EngineRun(
    ReplicaContext context,
    ReplicaBoard board,
    EngineGate gate,
    ReplicaEngineRunner runner,
    ReplicaTurn turn,
    ReplicaDemand demand,
    Func<TimeSpan> idleTimeout
)
{
    private static readonly TimeSpan s_watchInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_stopGrace = TimeSpan.FromSeconds(10);

    /// <returns>True when it was unloaded and waits for a request; false when it must be started again.</returns>
    public async Task<bool> RunAsync(
        ModelReplica replica,
        StoredModelFiles? files,
        CancellationToken cancellationToken
    )
    {
        // Before the engine: what others hold must be gone before this one takes it.
        using MemoryTurn mine = await context.Turns.EnterAsync(turn.Of(replica), cancellationToken);
        IEngineInstance? engine = await runner.StartAsync(replica, files, cancellationToken);
        if (engine is null)
        {
            return false;
        }

        using CancellationTokenSource exited = new();
        bool comesBack = false;
        await using (engine)
        {
            try
            {
                await runner.RestorePromptsAsync(replica, engine, cancellationToken);
                gate.Open(engine, exited.Token);
                await runner.AnnounceAsync(replica, engine, cancellationToken);
                comesBack = await WatchAsync(replica, engine, mine, exited, cancellationToken);
                return comesBack;
            }
            finally
            {
                await DrainAsync(engine, comesBack ? () => runner.KeepPromptsAsync(replica, engine) : null);
                await exited.CancelAsync();
            }
        }
    }

    private async Task<bool> WatchAsync(
        ModelReplica replica,
        IEngineInstance engine,
        MemoryTurn mine,
        CancellationTokenSource exited,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            await Task.WhenAny(
                engine.Completion,
                mine.MustLeave,
                Task.Delay(s_watchInterval, context.Time, cancellationToken)
            );
            cancellationToken.ThrowIfCancellationRequested();
            if (engine.Completion.IsCompleted)
            {
                await exited.CancelAsync();
                _ = gate.Shut();
                runner.Exited(replica, await engine.Completion);
                return false;
            }

            runner.Measure(replica, engine);
            bool isIdle = replica.Spec.Loading.Mode == LoadingMode.OnDemand && gate.Idle >= idleTimeout();
            if (isIdle || mine.MustLeave.IsCompleted)
            {
                demand.Clear();
                context.Events.Record(
                    replica,
                    EventType.Normal,
                    "Unloaded",
                    "Unload",
                    isIdle
                        ? "Nobody used the model; it left memory."
                        : "Another model needs the memory; this one left it."
                );
                return true;
            }
        }
    }

    private async Task DrainAsync(IEngineInstance engine, Func<Task>? beforeItLeaves)
    {
        Task empty = gate.Shut();
        if (!engine.Completion.IsCompleted)
        {
            board.Post(new ReplicaEvent.Draining());
            await Task.WhenAny(
                empty,
                engine.Completion,
                Task.Delay(context.Options.DrainTimeout, context.Time, CancellationToken.None)
            );
            if (beforeItLeaves is not null && empty.IsCompleted && !engine.Completion.IsCompleted)
            {
                await beforeItLeaves();
            }

            await engine.StopAsync(s_stopGrace, CancellationToken.None);
            board.Post(new ReplicaEvent.Unloaded());
        }
    }
}
