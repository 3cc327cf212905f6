using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Collects the progress of one pull. Thread-safe.</summary>
internal sealed class PullTracker
{
    // As the schema has it.
    private const int MostSources = 32;
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly RateWindow _rate;
    private readonly Dictionary<string, PullSource> _sources = [];
    private PullProgress _progress;

    public PullTracker(string source, TimeProvider time)
    {
        _time = time;
        _rate = new RateWindow(time);
        _progress = new PullProgress { StartedAt = time.GetUtcNow(), Source = source };
    }

    public PullProgress Progress
    {
        get
        {
            lock (_lock)
            {
                return _progress with
                {
                    BytesPerSecond = _rate.BytesPerSecond(),
                    Sources = [.. _sources.Values.Take(MostSources)],
                };
            }
        }
    }

    public void Total(long bytes) => Change(progress => progress with { TotalBytes = bytes });

    /// <summary>Bytes that were there already.</summary>
    public void Found(long bytes, bool resumed) =>
        Change(progress =>
            progress with
            {
                CompletedBytes = progress.CompletedBytes + bytes,
                ResumedBytes = progress.ResumedBytes + (resumed ? bytes : 0),
            }
        );

    /// <summary>Bytes came in.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="source">Who gave them.</param>
    public void Received(long bytes, string source)
    {
        lock (_lock)
        {
            _rate.Add(bytes);
            PullSource known = _sources.GetValueOrDefault(source) ?? new PullSource { Name = source };
            _sources[source] = known with { Bytes = known.Bytes + bytes };
            _progress = _progress with
            {
                State = PullState.Pulling,
                CompletedBytes = _progress.CompletedBytes + bytes,
                Error = null,
            };
        }
    }

    /// <summary>A source did not give what it was asked for.</summary>
    public void Refused(string source, string error)
    {
        lock (_lock)
        {
            PullSource known = _sources.GetValueOrDefault(source) ?? new PullSource { Name = source };
            _sources[source] = known with { Error = error };
        }
    }

    /// <summary>Bytes that come again, of another connection.</summary>
    public void Again(long bytes) =>
        Change(progress => progress with { CompletedBytes = Math.Max(0, progress.CompletedBytes - bytes) });

    /// <summary>Bytes that were thrown away.</summary>
    public void Lost(long bytes) =>
        Change(progress =>
            progress with
            {
                CompletedBytes = Math.Max(0, progress.CompletedBytes - bytes),
                ResumedBytes = 0,
            }
        );

    public void Attempt() =>
        Change(progress => progress with { State = PullState.Pulling, Attempts = progress.Attempts + 1 });

    public void State(PullState state) => Change(progress => progress with { State = state });

    public void Waiting(string error) =>
        Change(progress => progress with { State = PullState.Pending, Error = error });

    public void Stored(long bytes) =>
        Change(progress =>
            progress with
            {
                State = PullState.Stored,
                TotalBytes = bytes,
                CompletedBytes = bytes,
                Error = null,
                FinishedAt = _time.GetUtcNow(),
            }
        );

    public void Failed(string error) =>
        Change(progress =>
            progress with
            {
                State = PullState.Failed,
                Error = error,
                FinishedAt = _time.GetUtcNow(),
            }
        );

    private void Change(Func<PullProgress, PullProgress> change)
    {
        lock (_lock)
        {
            _progress = change(_progress);
        }
    }
}
