using System.Collections.Concurrent;
using System.Diagnostics;

namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>Requests at a steady rate, every other one streamed, that nobody repeats when they fail.</summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    private readonly ChatClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _requests = [];
    private readonly Task _loop;

    public SteadyLoad(Uri router, int perSecond)
    {
        _client = new ChatClient(router);
        _loop = RunAsync(TimeSpan.FromSeconds(1) / perSecond);
    }

    public ConcurrentBag<string> Failures { get; } = [];

    public ConcurrentBag<TimeSpan> Times { get; } = [];

    /// <summary>Sends no more and waits for the last answer.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await Task.WhenAll(_requests);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(TimeSpan interval)
    {
        using PeriodicTimer timer = new(interval);
        try
        {
            for (int number = 0; await timer.WaitForNextTickAsync(_stop.Token); number++)
            {
                _requests.Add(SendAsync(number));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task SendAsync(int number)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            if (number % 2 == 0)
            {
                await _client.AskAsync("What is a node?", maxTokens: 2, CancellationToken.None);
            }
            else
            {
                StreamEnd end = await _client.StreamAsync(
                    "What is a node?",
                    maxTokens: 2,
                    (_, _) => Task.CompletedTask,
                    CancellationToken.None
                );
                if (end != StreamEnd.Whole)
                {
                    throw new IOException($"the stream ended as {end}");
                }
            }

            Times.Add(Stopwatch.GetElapsedTime(start));
        }
        catch (Exception e)
        {
            // Border of one request: what went wrong is the result.
            Failures.Add(
                $"#{number} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s: {e.Message}"
            );
        }
    }
}
