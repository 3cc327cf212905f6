namespace LlmOperator.Storm.Machines;

/// <summary>Looks at a process four times a second.</summary>
internal sealed class UsageSampler : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<long> _resident = [];
    private readonly Task _running;

    public UsageSampler(Func<int> process) => _running = Task.Run(() => RunAsync(process));

    /// <summary>Samples so far; they begin anew.</summary>
    public IReadOnlyList<long> TakeResident()
    {
        lock (_lock)
        {
            long[] taken = [.. _resident];
            _resident.Clear();
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(Func<int> process)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (ProcessUsage.Read(process()) is { ResidentBytes: > 0 } usage)
            {
                lock (_lock)
                {
                    _resident.Add(usage.ResidentBytes);
                }
            }

            await Task.Delay(s_interval, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
