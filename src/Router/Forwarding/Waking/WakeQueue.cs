using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>The requests that wait for one model, first come, first served. Thread-safe.</summary>
/// <param name="model">The model.</param>
/// <param name="began">Timestamp of its first request.</param>
internal sealed class WakeQueue(ObjectKey model, long began)
{
    private readonly Lock _lock = new();
    private readonly List<WakeTicket> _tickets = [];
    private bool _isClosed;

    public ObjectKey Model => model;

    /// <summary>Timestamp of the moment from which on the model is being loaded.</summary>
    public long Began { get; set; } = began;

    /// <summary>Requests that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _tickets.Count;
            }
        }
    }

    /// <summary>A place at the end; null when the queue is full.</summary>
    /// <param name="most">Most requests that may wait.</param>
    /// <param name="ticket">The place.</param>
    /// <returns>False when the queue has been dissolved: another one is to be asked.</returns>
    public bool TryEnter(int most, out WakeTicket? ticket)
    {
        lock (_lock)
        {
            ticket = _isClosed || _tickets.Count >= most ? null : new WakeTicket(this, _tickets.Count);
            if (ticket is not null)
            {
                _tickets.Add(ticket);
            }

            return !_isClosed;
        }
    }

    /// <summary>A request waits no more.</summary>
    public void Leave(WakeTicket ticket)
    {
        lock (_lock)
        {
            _tickets.Remove(ticket);
        }
    }

    /// <summary>Dissolves the queue: all that wait hear how it ended, in their order.</summary>
    public void Dissolve(WakeOutcome outcome)
    {
        WakeTicket[] waiting;
        lock (_lock)
        {
            _isClosed = true;
            waiting = [.. _tickets];
        }

        foreach (WakeTicket ticket in waiting)
        {
            ticket.Release(outcome);
        }
    }

    /// <summary>Dissolves the queue when nobody waits.</summary>
    public bool TryDissolveEmpty()
    {
        lock (_lock)
        {
            _isClosed |= _tickets.Count == 0;
            return _isClosed;
        }
    }
}
