using System.Net;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>
/// Asks a loaded engine for its health now and then. One that no longer answers at all hangs: it is ended, so that its
/// owner sees an end and starts it again.
/// </summary>
internal sealed class LlamaServerWatch(HttpClient client, LlamaServerProcess process, TimeProvider time)
{
    /// <summary>Time between two questions, and the time that an answer has.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // The engine answers /health from a thread of its own, also while it computes: half a minute is no busy engine.
    private const int MostFailures = 3;

    /// <summary>Watches until the process ends or the watch is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int failures = 0;
        while (!process.Completion.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAny(process.Completion, Task.Delay(Interval, time, cancellationToken));
            if (process.Completion.IsCompleted || cancellationToken.IsCancellationRequested)
            {
                return;
            }

            failures = await AnswersAsync(client, Interval, time, cancellationToken) ? 0 : failures + 1;
            if (failures >= MostFailures)
            {
                process.EndHung();
                return;
            }
        }
    }

    /// <summary>True when the engine gave any answer within the limit.</summary>
    public static async Task<bool> AnswersAsync(
        HttpClient client,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellationToken
    ) => await StatusAsync(client, limit, time, cancellationToken) is not null;

    /// <summary>Status of <c>/health</c>; null when no answer came within the limit.</summary>
    public static async Task<HttpStatusCode?> StatusAsync(
        HttpClient client,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using CancellationTokenSource end = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            end.Token,
            cancellationToken
        );
        try
        {
            using HttpResponseMessage response = await client.GetAsync("health", either.Token);
            return response.StatusCode;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }
}
