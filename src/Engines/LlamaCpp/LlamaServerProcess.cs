using System.Diagnostics;
using LlmOperator.Engines.Processes;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>One llama-server child process. It leads its own process group and dies with us.</summary>
internal sealed class LlamaServerProcess : IAsyncDisposable
{
    /// <summary>Name of the socket in the runtime folder.</summary>
    public const string SocketName = "engine.sock";

    // A process that a signal ended reports 128 and the signal's number.
    private const int SignalExitBase = 128;
    private const int LastSignal = 64;

    private static readonly string[] s_memoryTexts =
    [
        "out of memory",
        "failed to allocate",
        "unable to allocate",
        "cudaMalloc failed",
        "ErrorOutOfDeviceMemory",
        "std::bad_alloc",
    ];

    private readonly Process _process;
    private readonly LineTail _tail = new();
    private readonly Action<string>? _onLine;
    private readonly string _recordFolder;
    private readonly long _killsBefore = OutOfMemoryKills.Count();
    private int _stopRequested;
    private bool _hung;
    private volatile string? _failedCheck;

    private LlamaServerProcess(Process process, string recordFolder, Action<string>? onLine)
    {
        _process = process;
        _recordFolder = recordFolder;
        _onLine = onLine;
        Id = process.Id;
        Completion = RunAsync();
    }

    public int Id { get; }

    /// <summary>Done when the process has ended and its output is read.</summary>
    public Task<EngineExit> Completion { get; }

    public IReadOnlyList<string> LastLines => _tail.Lines;

    public static async Task<LlamaServerProcess> StartAsync(
        LlamaServerCommand command,
        IEnumerable<string> arguments,
        string recordFolder,
        Action<string>? onLine
    )
    {
        ProcessStartInfo info = LlamaServerStartInfo.Create(command, arguments);
        Process process;
        try
        {
            process = await ProcessStarter.StartAsync(info);
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new EngineException(
                EngineFailure.NotFound,
                $"The engine '{command}' could not be started: {error.Message}.",
                error
            );
        }

        LlamaServerProcess started = new(process, recordFolder, onLine);
        try
        {
            ProcessRecord.Write(recordFolder, started.Id);
            return started;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without its record a later run could not end it.
            await started.DisposeAsync();
            throw new EngineException(
                EngineFailure.Exited,
                $"The engine's folder '{recordFolder}' cannot be written: {error.Message} Free the disk, or choose another data folder.",
                error
            );
        }
    }

    /// <summary>Ends the process because it no longer answers.</summary>
    public void EndHung()
    {
        Volatile.Write(ref _hung, true);
        Kill();
    }

    /// <summary>Asks the process to end, then ends it and all its children.</summary>
    public async Task StopAsync(TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _stopRequested, 1);
        if (!Completion.IsCompleted && grace > TimeSpan.Zero)
        {
            Signals.SendToGroup(Id, Signals.Terminate);
            try
            {
                await Completion.WaitAsync(grace, time, cancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                // It had its time.
            }
            catch (OperationCanceledException)
            {
                // The caller no longer waits for a polite end; the process still must not stay.
            }
        }

        Kill();
        await Completion;
    }

    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _stopRequested, 1);
        Kill();
        await Completion;
        _process.Dispose();
    }

    private void Kill()
    {
        if (!Completion.IsCompleted)
        {
            Signals.SendToGroup(Id, Signals.Kill);
        }
    }

    private async Task<EngineExit> RunAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardError), ReadAsync(_process.StandardOutput));
        await _process.WaitForExitAsync(CancellationToken.None);
        if (ProcessRecord.RemoveOwn(_recordFolder, Id))
        {
            File.Delete(Path.Combine(_recordFolder, SocketName));
        }

        return ExitOf(_process.ExitCode);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _tail.Add(line);
            // Kept beside the tail: the logger can write hundreds of lines between the failed check and the end.
            _failedCheck = EngineAbort.In(line) ?? _failedCheck;
            _onLine?.Invoke(line);
        }
    }

    private EngineExit ExitOf(int code)
    {
        bool requested = Volatile.Read(ref _stopRequested) != 0;
        int? signal = code is > SignalExitBase and <= SignalExitBase + LastSignal
            ? code - SignalExitBase
            : null;
        IReadOnlyList<string> lines = _tail.Lines;
        bool hung = !requested && Volatile.Read(ref _hung);
        bool killedForMemory = !hung && signal == Signals.Kill && OutOfMemoryKills.Count() > _killsBefore;
        bool saidSo = lines.Any(line =>
            s_memoryTexts.Any(text => line.Contains(text, StringComparison.Ordinal))
        );
        return new EngineExit
        {
            ExitCode = signal is null ? code : null,
            Signal = signal,
            Requested = requested,
            Hung = hung,
            OutOfMemory = !requested && (killedForMemory || saidSo),
            FailedCheck = signal == Signals.Abort ? _failedCheck : null,
            LastLines = lines,
        };
    }
}
