using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Brings models into the store. However many ask for one model, it is pulled once. Thread-safe.</summary>
internal sealed class ModelPuller(ModelFetch fetch, PullLimits limits, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PullJob> _jobs = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Pulls at the same time; 0 pauses those that run, too.</summary>
    public int Limit
    {
        get => limits.Slots.Limit;
        set => limits.Slots.Limit = value;
    }

    /// <summary>Returns when the model is stored and verified.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="onProgress">Gives the caller a way to look at the progress.</param>
    /// <param name="cancellationToken">Cancels the waiting, and the pull when nobody else waits for it.</param>
    public async Task<StoredModelFiles> PullAsync(
        PullRequest request,
        Action<Func<PullProgress>> onProgress,
        CancellationToken cancellationToken
    )
    {
        string key = request.Key;
        PullJob job;
        lock (_lock)
        {
            if (!_jobs.TryGetValue(key, out PullJob? running))
            {
                running = new PullJob(new PullTracker(request.ToString(), time), _stopping.Token);
                _jobs[key] = running;
                PullJob started = running;
                running.Begin(token => Task.Run(() => RunAsync(key, started, request, token), token));
            }

            job = running;
            job.Askers++;
        }

        onProgress(() => job.Tracker.Progress);
        try
        {
            return await job.Work.WaitAsync(cancellationToken);
        }
        finally
        {
            await LeaveAsync(key, job);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Task[] works;
        lock (_lock)
        {
            works = [.. _jobs.Values.Select(job => job.Work)];
        }

        await Task.WhenAll(works).ContinueWith(_ => { }, TaskScheduler.Default);
        _stopping.Dispose();
    }

    private async Task<StoredModelFiles> RunAsync(
        string key,
        PullJob job,
        PullRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await limits.Slots.TakeAsync(cancellationToken);
            try
            {
                StoredModelFiles model = await fetch.RunAsync(request, job.Tracker, cancellationToken);
                job.Tracker.Stored(model.SizeBytes);
                return model;
            }
            finally
            {
                limits.Slots.Free();
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            job.Tracker.Failed(error.Message);
            throw;
        }
        finally
        {
            Forget(key, job);
        }
    }

    private async Task LeaveAsync(string key, PullJob job)
    {
        lock (_lock)
        {
            if (--job.Askers > 0)
            {
                return;
            }

            // Nobody may join what is being cancelled.
            Forget(key, job);
        }

        job.Cancel();
        await job.Work.ContinueWith(_ => { }, TaskScheduler.Default);
        job.Dispose();
    }

    private void Forget(string key, PullJob job)
    {
        lock (_lock)
        {
            if (_jobs.GetValueOrDefault(key) == job)
            {
                _jobs.Remove(key);
            }
        }
    }
}
