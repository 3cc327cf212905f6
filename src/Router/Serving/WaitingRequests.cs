using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Serving;

/// <summary>Requests that wait for room: the highest priority first, and of one priority who came first. Bounded. Not safe for concurrent use.</summary>
/// <param name="most">Most that wait.</param>
internal sealed class WaitingRequests(int most)
{
    private readonly LinkedList<WaitingRequest>[] _byPriority =
    [
        .. Enum.GetValues<RequestPriority>().Select(_ => new LinkedList<WaitingRequest>()),
    ];

    /// <summary>Requests that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Adds one. A full queue takes it only in place of the last of a lower priority.</summary>
    /// <param name="request">The request.</param>
    /// <param name="displaced">The one that has lost its place; null for none.</param>
    /// <returns>False when there is no place for it.</returns>
    public bool TryAdd(WaitingRequest request, out WaitingRequest? displaced)
    {
        displaced = null;
        if (Count >= most)
        {
            displaced = LastBelow(request.Priority);
            if (displaced is null)
            {
                return false;
            }

            Remove(displaced);
        }

        _byPriority[(int)request.Priority].AddLast(request.Place);
        Count++;
        return true;
    }

    /// <summary>Takes the next; null when nobody waits.</summary>
    public WaitingRequest? Take()
    {
        for (int priority = _byPriority.Length - 1; priority >= 0; priority--)
        {
            if (_byPriority[priority].First?.Value is { } next)
            {
                Remove(next);
                return next;
            }
        }

        return null;
    }

    /// <summary>Takes one out; one that is not there is passed over.</summary>
    public void Remove(WaitingRequest request)
    {
        if (request.Place.List is { } list)
        {
            list.Remove(request.Place);
            Count--;
        }
    }

    private WaitingRequest? LastBelow(RequestPriority priority)
    {
        for (int lower = 0; lower < (int)priority; lower++)
        {
            if (_byPriority[lower].Last?.Value is { } last)
            {
                return last;
            }
        }

        return null;
    }
}
