namespace LlmOperator.NodeAgent.Residents;

/// <summary>
/// The node's own books: lets a model into memory only when there is room beside all that is there, and asks models
/// that take turns to leave when there is not. What is on its way out counts until it is gone. Thread-safe.
/// </summary>
internal sealed class MemoryTurns(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a model may keep others waiting because somebody uses it; then it finishes its requests and leaves.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turnstile = new(1);
    private readonly Dictionary<string, TurnRequest> _bound = [];
    private readonly Dictionary<MemoryTurn, TurnRequest> _residents = [];
    private IReadOnlyDictionary<string, long> _budgets = new Dictionary<string, long>();
    private TaskCompletionSource _changed = NewSignal();

    /// <summary>Bytes in memory or on their way there or out, by device.</summary>
    public long Held(string device)
    {
        lock (_lock)
        {
            return _residents.Values.Sum(r => r.Bytes.GetValueOrDefault(device));
        }
    }

    /// <summary>Tells the budget of each device.</summary>
    public void SetBudgets(IReadOnlyDictionary<string, long> budgets)
    {
        lock (_lock)
        {
            _budgets = budgets;
        }

        Signal();
    }

    /// <summary>Tells of a model that was placed on the node, loaded or not.</summary>
    public void Bind(TurnRequest model)
    {
        lock (_lock)
        {
            _bound[model.Name] = model;
        }

        Signal();
    }

    /// <summary>Tells that a model is on the node no more.</summary>
    public void Unbind(string name)
    {
        lock (_lock)
        {
            _bound.Remove(name);
        }

        Signal();
    }

    /// <summary>Waits until there is room for a model, and takes it. One model after the other.</summary>
    public async Task<MemoryTurn> EnterAsync(TurnRequest model, CancellationToken cancellationToken)
    {
        await _turnstile.WaitAsync(cancellationToken);
        try
        {
            long began = time.GetTimestamp();
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (TryEnter(model, time.GetElapsedTime(began) >= Patience) is { } turn)
                    {
                        return turn;
                    }

                    changed = _changed.Task;
                }

                await Task.WhenAny(changed, Task.Delay(s_lookAgain, time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _turnstile.Release();
        }
    }

    /// <summary>Nobody enters any more.</summary>
    public void Dispose() => _turnstile.Dispose();

    private MemoryTurn? TryEnter(TurnRequest model, bool mayInterrupt)
    {
        Dictionary<Resident, MemoryTurn> others = _residents
            .Where(r => r.Value.IsShared)
            .ToDictionary(r => Describe(r.Value, r.Key), r => r.Key);
        Dictionary<string, long> room = model.Bytes.Keys.ToDictionary(d => d, d => RoomFor(model, d));
        if (ResidencyPolicy.Fits(model.Bytes, room, others.Keys))
        {
            MemoryTurn turn = new(Leave);
            _residents[turn] = model;
            return turn;
        }

        foreach (
            Resident resident in ResidencyPolicy.Leavers(model.Bytes, room, others.Keys, mayInterrupt) ?? []
        )
        {
            others[resident].Ask();
        }

        return null;
    }

    // Beside those that take turns: what all the others hold, whether they are loaded or not. The operator promises the
    // pool at least its largest member; where the budget is not known yet, that is all.
    private long RoomFor(TurnRequest model, string device)
    {
        long own = _bound
            .Values.Concat(_residents.Values)
            .Where(b => !b.IsShared && b.Name != model.Name)
            .GroupBy(b => b.Name)
            // While a change is being taken, what ran before counts until it is gone.
            .Sum(g => g.Max(b => b.Bytes.GetValueOrDefault(device)));
        long largest = _bound
            .Values.Where(b => b.IsShared)
            .Select(b => b.Bytes.GetValueOrDefault(device))
            .DefaultIfEmpty(0)
            .Max();
        long promised = model.IsShared
            ? Math.Max(largest, model.Bytes.GetValueOrDefault(device))
            : model.Bytes.GetValueOrDefault(device) + largest;
        return _budgets.TryGetValue(device, out long budget)
            ? Math.Max(budget - own, model.Bytes[device])
            : promised;
    }

    private static Resident Describe(TurnRequest model, MemoryTurn turn) =>
        new(model.Name, model.Bytes, model.Idle(), model.ReloadCost(), turn.MustLeave.IsCompleted);

    private void Leave(MemoryTurn turn)
    {
        lock (_lock)
        {
            _residents.Remove(turn);
        }

        Signal();
    }

    private void Signal()
    {
        TaskCompletionSource before;
        lock (_lock)
        {
            (before, _changed) = (_changed, NewSignal());
        }

        before.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
