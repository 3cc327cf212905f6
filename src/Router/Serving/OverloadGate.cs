using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Serving;

/// <summary>
/// Lets in as many requests as may be worked on. Only those whose body is there count: clients that send slowly take no place
/// from others, only memory, of which all bodies that are being read, or wait, have so much together. Who finds no room waits in
/// a bounded queue by priority; who finds no place there, loses it to a higher priority, or waits too long is answered 429.
/// Thread-safe.
/// </summary>
internal sealed class OverloadGate(RouterOptions options, TimeProvider time)
{
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly WaitingRequests _queue = new(options.MaxQueuedRequests);
    private int _running;
    private int _waiting;
    private long _reading;
    private long _lastLeft;
    private double _secondsBetween;

    /// <summary>Requests that are being worked on.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Requests that wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>A request's body is whole: it is worked on, at once or when there is room, until <see cref="Leave"/>.</summary>
    /// <exception cref="InvalidRequestException">There are too many.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public ValueTask EnterAsync(HttpContext context) =>
        TryEnter() ? ValueTask.CompletedTask : new ValueTask(WaitAsync(context));

    /// <summary>A request has ended.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _running);
        if (Volatile.Read(ref _waiting) > 0)
        {
            LetIn(hasLeft: true);
        }
    }

    /// <summary>More of a body came.</summary>
    /// <exception cref="InvalidRequestException">All of them together are too long.</exception>
    public void Read(int bytes)
    {
        if (Interlocked.Add(ref _reading, bytes) > options.MaxBytesBeingRead)
        {
            throw new InvalidRequestException(
                Overloaded("The router holds too many long requests at the same time")
            );
        }
    }

    /// <summary>A body's request is worked on, or given up.</summary>
    public void EndRead(int bytes) => Interlocked.Add(ref _reading, -bytes);

    private bool TryEnter()
    {
        // Nobody overtakes those that wait.
        if (Volatile.Read(ref _waiting) > 0)
        {
            return false;
        }

        if (Interlocked.Increment(ref _running) <= options.MaxConcurrentRequests)
        {
            return true;
        }

        Interlocked.Decrement(ref _running);
        return false;
    }

    private async Task WaitAsync(HttpContext context)
    {
        WaitingRequest request = new(context.Features.Get<Caller>()?.Priority ?? RequestPriority.Normal);
        if ((Queue(request) ? await RefusalAsync(context, request) : "its queue is full") is { } refusal)
        {
            throw new InvalidRequestException(
                Overloaded(
                    $"The router works on {options.MaxConcurrentRequests} requests already, and {refusal}"
                )
            );
        }
    }

    private bool Queue(WaitingRequest request)
    {
        WaitingRequest? displaced;
        lock (_lock)
        {
            if (!_queue.TryAdd(request, out displaced))
            {
                return false;
            }

            Volatile.Write(ref _waiting, _queue.Count);
        }

        displaced?.TryEnd(entered: false);
        // Somebody may have left before this one was seen to wait.
        LetIn(hasLeft: false);
        return true;
    }

    // Null when it may go on.
    private async Task<string?> RefusalAsync(HttpContext context, WaitingRequest request)
    {
        try
        {
            return await request.Entered.WaitAsync(options.QueueTimeout, time, context.RequestAborted)
                ? null
                : "requests of a higher priority took its place";
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (_lock)
            {
                _queue.Remove(request);
                Volatile.Write(ref _waiting, _queue.Count);
            }

            if (!request.TryEnd(entered: false) && await request.Entered)
            {
                // It was let in at the last moment.
                return null;
            }

            context.RequestAborted.ThrowIfCancellationRequested();
            return $"there was no room within {options.QueueTimeout.TotalSeconds:0.#} s";
        }
    }

    private void LetIn(bool hasLeft)
    {
        lock (_lock)
        {
            if (hasLeft)
            {
                Measure();
            }

            while (_queue.Count > 0)
            {
                if (Interlocked.Increment(ref _running) > options.MaxConcurrentRequests)
                {
                    Interlocked.Decrement(ref _running);
                    return;
                }

                WaitingRequest next = _queue.Take()!;
                Volatile.Write(ref _waiting, _queue.Count);
                if (!next.TryEnd(entered: true))
                {
                    Interlocked.Decrement(ref _running);
                }
            }
        }
    }

    // How often room comes free while somebody waits: of the last ten times or so.
    private void Measure()
    {
        long now = time.GetTimestamp();
        if (_lastLeft != 0)
        {
            double seconds = time.GetElapsedTime(_lastLeft, now).TotalSeconds;
            _secondsBetween += 0.1 * (Math.Min(seconds, s_longestRetry.TotalSeconds) - _secondsBetween);
        }

        _lastLeft = now;
    }

    private OpenAiError Overloaded(string what)
    {
        TimeSpan wait;
        lock (_lock)
        {
            wait = TimeSpan.FromSeconds(
                Math.Min(_secondsBetween * (_queue.Count + 1), s_longestRetry.TotalSeconds)
            );
        }

        return new OpenAiError(StatusCodes.Status429TooManyRequests, "overloaded", $"{what}; try again soon.")
        {
            RetryAfter = wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1),
        };
    }
}
