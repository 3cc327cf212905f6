using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.Engines;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Starts the engine of one replica and reports how it does.</summary>
internal sealed partial class ReplicaEngineRunner(ReplicaContext context, ReplicaBoard board, EngineLog log)
{
    private static readonly TimeSpan s_benchmarkLimit = TimeSpan.FromSeconds(5);
    private const int LastLines = 5;
    private readonly ILogger _logger = context.Loggers.CreateLogger<ReplicaEngineRunner>();
    private long _startedAt;
    private TimeSpan _loadTime;

    /// <summary>A running engine; null when it could not be started, which is on the board then.</summary>
    public async Task<IEngineInstance?> StartAsync(
        ModelReplica replica,
        StoredModelFiles? files,
        CancellationToken cancellationToken
    )
    {
        board.Post(new ReplicaEvent.Loading());
        if (context.Engines.Find(replica.Spec.Engine.Kind) is not { } engine)
        {
            Fail(
                replica,
                ModelReplicaConditions.EngineMissing,
                context.Engines.MissingMessage
                    ?? $"This node has no engine {replica.Spec.Engine.Kind}; configure it on the agent."
            );
            return null;
        }

        try
        {
            ModelPaths? paths = files is null ? null : context.Store.PathsOf(files);
            EngineLaunch launch = LaunchPlan.Build(
                replica.Key,
                replica.Spec,
                paths,
                context.Options.RunDirectory,
                log.Write
            );
            if (!await FitsAsync(replica, engine, launch, cancellationToken))
            {
                return null;
            }

            _startedAt = context.Time.GetTimestamp();
            IEngineInstance instance = await engine.StartAsync(launch, cancellationToken);
            _loadTime = context.Time.GetElapsedTime(_startedAt);
            if (files is not null)
            {
                context.Store.Touch(files.Digest);
            }

            return instance;
        }
        catch (EngineException error)
        {
            Fail(
                replica,
                error.Failure == EngineFailure.NotFound
                    ? ModelReplicaConditions.EngineMissing
                    : ModelReplicaConditions.EngineExited,
                error.Message,
                error.Exit is { } exit ? LastWords(exit) : null
            );
            return null;
        }
    }

    /// <summary>Says that the engine answers, after a short benchmark.</summary>
    public async Task AnnounceAsync(
        ModelReplica replica,
        IEngineInstance instance,
        CancellationToken cancellationToken
    )
    {
        ReplicaPerformance performance = await MeasureSpeedAsync(instance, cancellationToken);
        IEngine? engine = context.Engines.Find(replica.Spec.Engine.Kind);
        board.Post(
            new ReplicaEvent.EngineReady(
                instance.ProcessId,
                engine is null ? null : context.Engines.VersionOf(engine),
                context.Time.GetUtcNow(),
                performance
            )
        );
        Measure(instance);
        context.Events.Record(
            replica,
            EventType.Normal,
            ModelReplicaConditions.EngineRunning,
            "Start",
            $"The engine answers after {performance.LoadMilliseconds} ms; {performance.GenerationTokensPerSecond} tokens/s."
        );
    }

    /// <summary>Reads what the engine's process uses; a small change is not worth a word.</summary>
    public void Measure(IEngineInstance instance)
    {
        if (instance.ProcessId is { } process && ProcessMemory.Read(process) is { } bytes)
        {
            long before = board.State.Memory?.Observed ?? 0;
            if (Math.Abs(bytes - before) > before / 50)
            {
                board.Post(new ReplicaEvent.MemoryMeasured(bytes));
            }
        }
    }

    /// <summary>Reports an engine that ended by itself.</summary>
    public void Exited(ModelReplica replica, EngineExit exit)
    {
        string words = LastWords(exit);
        board.Post(new ReplicaEvent.EngineExited($"{exit.Describe()} It is started again.", words));
        context.Events.Record(
            replica,
            EventType.Warning,
            ModelReplicaConditions.EngineExited,
            "Restart",
            words
        );
    }

    private async Task<bool> FitsAsync(
        ModelReplica replica,
        IEngine engine,
        EngineLaunch launch,
        CancellationToken cancellationToken
    )
    {
        if (engine is not LlamaServerEngine llama)
        {
            return true;
        }

        EngineProjection projection = await llama.ProjectAsync(launch, cancellationToken);
        board.Post(new ReplicaEvent.Projected(projection.Devices.Sum(device => device.TotalBytes)));
        if (ReservationCheck.Problem(projection, replica.Spec.Reservations) is { } problem)
        {
            Fail(replica, ModelReplicaConditions.ReservationExceeded, problem);
            return false;
        }

        return true;
    }

    private async Task<ReplicaPerformance> MeasureSpeedAsync(
        IEngineInstance instance,
        CancellationToken cancellationToken
    )
    {
        EngineBenchmarkResult? result = null;
        using CancellationTokenSource limit = new(s_benchmarkLimit, context.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            limit.Token
        );
        try
        {
            result = await EngineBenchmark.RunAsync(instance, either.Token);
        }
        catch (Exception error)
            when (error is HttpRequestException or OperationCanceledException
                && !cancellationToken.IsCancellationRequested
            )
        {
            LogNoBenchmark(error.Message);
        }

        return new ReplicaPerformance
        {
            PromptTokensPerSecond = (long)(result?.PromptTokensPerSecond ?? 0),
            GenerationTokensPerSecond = (long)(result?.GenerationTokensPerSecond ?? 0),
            LoadMilliseconds = (long)_loadTime.TotalMilliseconds,
        };
    }

    private void Fail(ModelReplica replica, string reason, string message, string? lastExit = null)
    {
        if (board.State.Failure?.Message != message)
        {
            context.Events.Record(replica, EventType.Warning, reason, "Start", message);
        }

        board.Post(new ReplicaEvent.Failed(new ReplicaFailure(reason, message), lastExit));
    }

    private static string LastWords(EngineExit exit)
    {
        string[] lines = [exit.Describe(), .. exit.LastLines.TakeLast(LastLines)];
        string text = string.Join('\n', lines);
        return text.Length <= 1000 ? text : text[..1000];
    }

    [LoggerMessage(LogLevel.Warning, "The benchmark of the engine failed: {Error}")]
    private partial void LogNoBenchmark(string error);
}
