using System.Net;
using LlmOperator.Engines.Processes;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>llama-server of llama.cpp, one child process a model, on a unix socket that only this user can reach.</summary>
public sealed class LlamaServerEngine : IEngine
{
    // sun_path of a unix socket address, its end included, has 108 bytes.
    private const int MaxSocketPathBytes = 107;
    private static readonly TimeSpan s_healthInterval = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan s_probeTimeout = TimeSpan.FromSeconds(30);

    private readonly LlamaServerCommand _command;
    private readonly TimeProvider _time;
    private readonly LlamaServerProbe _probe;

    /// <summary>Uses the program that <paramref name="command"/> names.</summary>
    public LlamaServerEngine(LlamaServerCommand command, TimeProvider time)
    {
        _command = command;
        _time = time;
        _probe = new LlamaServerProbe(command, time, s_probeTimeout);
    }

    /// <inheritdoc/>
    public string Name => "llama-server";

    /// <inheritdoc/>
    public EngineKind Kind => EngineKind.LlamaCpp;

    /// <summary>Ends what an earlier run left in a runtime folder. True when a process was still there.</summary>
    public static bool EndLeftover(string runtimeFolder) => ProcessRecord.EndLeftover(runtimeFolder);

    /// <inheritdoc/>
    public Task<EngineProbe> ProbeAsync(CancellationToken cancellationToken) =>
        _probe.ProbeAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<IEngineInstance> StartAsync(EngineLaunch launch, CancellationToken cancellationToken)
    {
        string socketPath = PrepareFolder(launch.RuntimeFolder);
        IReadOnlyList<string> arguments = await ArgumentsAsync(launch, socketPath, cancellationToken);
        LlamaServerProcess process = await LlamaServerProcess.StartAsync(
            _command,
            arguments,
            launch.RuntimeFolder,
            launch.OnLine
        );
        HttpClient client = UnixSocketClient.Create(socketPath);
        try
        {
            await WaitUntilReadyAsync(process, client, launch, cancellationToken);
            return new LlamaServerInstance(process, client, launch.Alias, _time);
        }
        catch
        {
            client.Dispose();
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Asks the engine what it would need for <paramref name="launch"/>. It reads the file's header only, so a sparse
    /// file with the right header and length is enough; nothing is loaded.
    /// </summary>
    /// <exception cref="EngineException">The engine refused the file.</exception>
    public async Task<EngineProjection> ProjectAsync(EngineLaunch launch, CancellationToken cancellationToken)
    {
        string socketPath = PrepareFolder(launch.RuntimeFolder);
        IReadOnlyList<string> serving = await ArgumentsAsync(launch, socketPath, cancellationToken);
        ProjectionParser parser = new();
        TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LlamaServerProcess process = await LlamaServerProcess.StartAsync(
            _command,
            LlamaServerArguments.ForProjection(serving),
            launch.RuntimeFolder,
            line =>
            {
                lock (parser)
                {
                    parser.Add(line);
                    if (parser.IsComplete)
                    {
                        complete.TrySetResult();
                    }
                }
            }
        );
        Task timeout = Task.Delay(launch.StartTimeout, _time, cancellationToken);
        Task ended = await Task.WhenAny(complete.Task, process.Completion, timeout);
        await process.DisposeAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (ended == timeout)
        {
            throw TimedOut(launch);
        }

        if (ended != complete.Task)
        {
            throw LlamaServerFailures.Of(await process.Completion, launch);
        }

        lock (parser)
        {
            return parser.Result();
        }
    }

    private static string PrepareFolder(string folder)
    {
        if (!Path.IsPathFullyQualified(folder))
        {
            throw new EngineException(
                EngineFailure.InvalidLaunch,
                "The engine's runtime folder must be a full path."
            );
        }

        string socketPath = Path.Combine(folder, LlamaServerProcess.SocketName);
        if (System.Text.Encoding.UTF8.GetByteCount(socketPath) > MaxSocketPathBytes)
        {
            throw new EngineException(
                EngineFailure.InvalidLaunch,
                $"The engine's socket '{socketPath}' would have a path longer than {MaxSocketPathBytes} bytes; choose a shorter data folder."
            );
        }

        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        }

        ProcessRecord.EndLeftover(folder);
        File.Delete(socketPath);
        return socketPath;
    }

    private async Task<IReadOnlyList<string>> ArgumentsAsync(
        EngineLaunch launch,
        string socketPath,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(launch.Model))
        {
            throw new EngineException(
                EngineFailure.ModelRejected,
                $"The model file '{launch.Model}' does not exist."
            );
        }

        LlamaServerCapabilities capabilities = await _probe.CapabilitiesAsync(cancellationToken);
        return LlamaServerArguments.Build(launch, socketPath, capabilities);
    }

    private async Task WaitUntilReadyAsync(
        LlamaServerProcess process,
        HttpClient client,
        EngineLaunch launch,
        CancellationToken cancellationToken
    )
    {
        long started = _time.GetTimestamp();
        while (true)
        {
            if (process.Completion.IsCompleted)
            {
                throw LlamaServerFailures.Of(await process.Completion, launch);
            }

            // 200 when the model is loaded, 503 while it is being loaded, no socket before that.
            HttpStatusCode? status = await LlamaServerWatch.StatusAsync(
                client,
                LlamaServerWatch.Interval,
                _time,
                cancellationToken
            );
            cancellationToken.ThrowIfCancellationRequested();
            if (status == HttpStatusCode.OK)
            {
                return;
            }

            if (_time.GetElapsedTime(started) > launch.StartTimeout)
            {
                throw TimedOut(launch);
            }

            await Task.WhenAny(process.Completion, Task.Delay(s_healthInterval, _time, cancellationToken));
        }
    }

    private static EngineException TimedOut(EngineLaunch launch) =>
        new(
            EngineFailure.TimedOut,
            $"The engine did not load '{launch.Alias}' within {launch.StartTimeout}; allow more time or use a smaller model."
        );
}
