namespace LlmOperator.Engines.LlamaCpp;

/// <summary>A running llama-server.</summary>
internal sealed class LlamaServerInstance : IEngineInstance
{
    private readonly LlamaServerProcess _process;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _watchEnd = new();
    private readonly Task _watch;
    private int _stopping;

    public LlamaServerInstance(
        LlamaServerProcess process,
        HttpClient client,
        string modelId,
        TimeProvider time
    )
    {
        _process = process;
        _time = time;
        Client = client;
        ModelId = modelId;
        _watch = new LlamaServerWatch(client, process, time).RunAsync(_watchEnd.Token);
    }

    public HttpClient Client { get; }

    public string ModelId { get; }

    public EngineState State =>
        Completion.IsCompleted ? EngineState.Exited
        : Volatile.Read(ref _stopping) != 0 ? EngineState.Stopping
        : EngineState.Ready;

    public Task<EngineExit> Completion => _process.Completion;

    public int? ProcessId => _process.Id;

    public IReadOnlyList<string> LastErrorLines => _process.LastLines;

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _stopping, 1);
        await _process.StopAsync(grace, _time, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _stopping, 1);
        await _watchEnd.CancelAsync();
        await _process.DisposeAsync();
        await _watch;
        _watchEnd.Dispose();
        Client.Dispose();
    }
}
