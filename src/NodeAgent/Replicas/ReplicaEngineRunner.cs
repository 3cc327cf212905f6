using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Events;
using LlmOperator.Engines;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Gguf;
using LlmOperator.NodeAgent.Memory;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>Starts the engine of one replica and reports how it does.</summary>
internal sealed partial class ReplicaEngineRunner(ReplicaContext context, ReplicaBoard board, EngineLog log)
{
    private static readonly TimeSpan s_benchmarkLimit = TimeSpan.FromSeconds(5);
    private const int LastLines = 5;
    private readonly ILogger _logger = context.Loggers.CreateLogger<ReplicaEngineRunner>();
    private readonly KeptPrompts _prompts = new(context);
    private bool _hasPrompts;
    private long _startedAt;
    private TimeSpan _loadTime;
    private string? _architecture;

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
            ) with
            {
                SlotFolder = _prompts.Prepare(
                    replica,
                    files?.Digest.ToString(),
                    replica.Spec.Loading.KeptPrompts is null
                        ? null
                        : await context.Engines.VersionAsync(engine, cancellationToken)
                ),
            };
            if (
                !await HasItsTemplateAsync(replica, paths, cancellationToken)
                || !await FitsAsync(replica, engine, launch, cancellationToken)
            )
            {
                return null;
            }

            _startedAt = context.Time.GetTimestamp();
            IEngineInstance instance = await engine.StartAsync(launch, cancellationToken);
            _loadTime = context.Time.GetElapsedTime(_startedAt);
            if (files is not null)
            {
                context.Store.Touch(files);
            }

            return instance;
        }
        catch (EngineException error)
        {
            Fail(
                replica,
                EngineFailureReasons.Of(error),
                error.Message,
                error.Exit is { } exit ? LastWords(exit) : null
            );
            return null;
        }
    }

    /// <summary>Gives the engine back what it had of prompts, before anybody asks it.</summary>
    public async Task RestorePromptsAsync(
        ModelReplica replica,
        IEngineInstance instance,
        CancellationToken cancellationToken
    ) => _hasPrompts = await _prompts.RestoreAsync(replica, instance, cancellationToken);

    /// <summary>Says that the engine answers, after a short benchmark.</summary>
    public async Task AnnounceAsync(
        ModelReplica replica,
        IEngineInstance instance,
        CancellationToken cancellationToken
    )
    {
        // A benchmark would take the place of a prompt that was just restored; the speed is known from the time before.
        ReplicaPerformance performance =
            _hasPrompts && board.State.Performance is { } known
                ? known with
                {
                    LoadMilliseconds = (long)_loadTime.TotalMilliseconds,
                }
                : await MeasureSpeedAsync(instance, cancellationToken);
        IEngine? engine = context.Engines.Find(replica.Spec.Engine.Kind);
        board.Post(
            new ReplicaEvent.EngineReady(
                instance.ProcessId,
                engine is null ? null : context.Engines.VersionOf(engine),
                context.Time.GetUtcNow(),
                performance
            )
        );
        Measure(replica, instance);
        context.Events.Record(
            replica,
            EventType.Normal,
            ModelReplicaConditions.EngineRunning,
            "Start",
            $"The engine answers after {performance.LoadMilliseconds} ms; {performance.GenerationTokensPerSecond} tokens/s."
        );
    }

    /// <summary>The engine is about to leave memory, and answers nobody any more.</summary>
    public Task KeepPromptsAsync(ModelReplica replica, IEngineInstance instance) =>
        _prompts.SaveAsync(replica, instance);

    /// <summary>Nothing stays of what was asked.</summary>
    public void ForgetPrompts() => _prompts.Delete();

    /// <summary>Reads what the engine's process uses; a small change is not worth a word.</summary>
    public void Measure(ModelReplica replica, IEngineInstance instance)
    {
        if (instance.ProcessId is not { } process)
        {
            return;
        }

        IReadOnlyDictionary<string, long> bytes = context.Memory.Read(
            process,
            replica.Spec.Engine.Devices ?? []
        );
        long before = board.State.Memory?.Observed ?? 0;
        if (bytes.Count > 0 && Math.Abs(bytes.Values.Sum() - before) > before / 50)
        {
            board.Post(new ReplicaEvent.MemoryMeasured(bytes));
            Learn(replica, bytes, $"{process}-{_startedAt}");
        }
    }

    /// <summary>Reports an engine that ended by itself.</summary>
    public void Exited(ModelReplica replica, EngineExit exit)
    {
        string words = LastWords(exit);
        string reason = EngineFailureReasons.Of(exit);
        board.Post(new ReplicaEvent.EngineExited(reason, $"{exit.Describe()} It is started again.", words));
        context.Events.Record(replica, EventType.Warning, reason, "Restart", words);
    }

    // Before the engine sees the file: it runs the template as a program.
    private async Task<bool> HasItsTemplateAsync(
        ModelReplica replica,
        ModelPaths? paths,
        CancellationToken cancellationToken
    )
    {
        if (paths is null)
        {
            return true;
        }

        ModelFacts facts = ModelFacts.From(await GgufReader.ReadFileAsync(paths.Weights, cancellationToken));
        _architecture = facts.Architecture;
        board.Post(new ReplicaEvent.HeaderRead(facts.ChatTemplateSha256));
        if (replica.Spec.Artifact.ChatTemplateSha256 is not { } pinned || pinned == facts.ChatTemplateSha256)
        {
            return true;
        }

        Fail(
            replica,
            ModelReplicaConditions.TemplateChanged,
            $"The file's chat template has the SHA-256 {facts.ChatTemplateSha256 ?? "(none)"} where {pinned} is pinned; read it, and set spec.chatTemplateSha256 of the model when it is right."
        );
        return false;
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
            board.Post(new ReplicaEvent.Projected(MemoryTruth.Planned(replica.Spec.Reservations, null)));
            return true;
        }

        EngineProjection projection = await llama.ProjectAsync(launch, cancellationToken);
        board.Post(new ReplicaEvent.Projected(MemoryTruth.Planned(replica.Spec.Reservations, projection)));
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

    // Only what the engine projected for the very same arguments teaches anything.
    private void Learn(ModelReplica replica, IReadOnlyDictionary<string, long> bytes, string load)
    {
        if (_architecture is not { } architecture || board.State.Process?.EngineVersion is not { } version)
        {
            return;
        }

        foreach (ReplicaDeviceMemory device in board.State.Memory?.Devices ?? [])
        {
            if (
                device.Projected is { } projected
                && bytes.TryGetValue(device.Device, out long observed)
                && context.Devices.Last(device.Device) is { } reading
            )
            {
                context.Corrections.Add(
                    new CorrectionKey(version, reading.Kind, architecture),
                    new LoadSample(load, observed - projected)
                );
            }
        }
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
