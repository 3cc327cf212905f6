namespace LlmOperator.Engines;

/// <summary>A model served by a server that is not ours. It ends when it is stopped or the server stays away.</summary>
internal sealed class RemoteInstance : IEngineInstance
{
    // Nothing but a request unloads the model, and a request takes its moment.
    private static readonly TimeSpan s_leastGrace = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<HttpClient, CancellationToken, Task> _unload;
    private readonly TimeProvider _time;
    private int _stopping;

    public RemoteInstance(
        RemoteServer server,
        HttpClient client,
        string modelId,
        TimeProvider time,
        Func<HttpClient, CancellationToken, Task> unload
    )
    {
        _unload = unload;
        _time = time;
        Client = client;
        ModelId = modelId;
        Completion = RunAsync(server, time);
    }

    public HttpClient Client { get; }

    public string ModelId { get; }

    public EngineState State =>
        Completion.IsCompleted ? EngineState.Exited
        : Volatile.Read(ref _stopping) != 0 ? EngineState.Stopping
        : EngineState.Ready;

    public Task<EngineExit> Completion { get; }

    public int? ProcessId => null;

    public IReadOnlyList<string> LastErrorLines => [];

    public async Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 0)
        {
            using CancellationTokenSource limit = new(grace > s_leastGrace ? grace : s_leastGrace, _time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
                limit.Token,
                cancellationToken
            );
            try
            {
                await _unload(Client, either.Token);
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                // A server that is gone has unloaded the model; one that hangs had its time.
            }

            await _stop.CancelAsync();
        }

        await Completion;
    }

    public async ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _stopping, 1);
        await _stop.CancelAsync();
        await Completion;
        _stop.Dispose();
        Client.Dispose();
    }

    private async Task<EngineExit> RunAsync(RemoteServer server, TimeProvider time)
    {
        await server.WatchAsync(Client, time, _stop.Token);
        bool requested = Volatile.Read(ref _stopping) != 0;
        return new EngineExit
        {
            Requested = requested,
            LastLines = requested ? [] : [$"{server.Name} no longer answers at {server.Address}."],
        };
    }
}
