namespace LlmOperator.Router.Accounting.Decisions;

/// <summary>The last decisions, by the id of their requests; each new one takes the place of the oldest. Safe for concurrent use.</summary>
/// <param name="size">Most decisions that are kept.</param>
internal sealed class DecisionRing(int size = DecisionRing.DefaultSize)
{
    /// <summary>About two kilobytes each.</summary>
    public const int DefaultSize = 2048;

    private readonly Lock _lock = new();
    private readonly RouteDecision?[] _decisions = new RouteDecision?[size];
    private readonly Dictionary<string, RouteDecision> _byId = new(StringComparer.Ordinal);
    private int _next;

    /// <summary>Adds a decision.</summary>
    public void Add(RouteDecision decision)
    {
        lock (_lock)
        {
            if (_decisions[_next] is { } oldest && _byId.GetValueOrDefault(oldest.Id) == oldest)
            {
                _byId.Remove(oldest.Id);
            }

            _decisions[_next] = decision;
            _byId[decision.Id] = decision;
            _next = (_next + 1) % _decisions.Length;
        }
    }

    /// <summary>The decision of a request; null when it is not there (any more).</summary>
    public RouteDecision? Find(string id)
    {
        lock (_lock)
        {
            return _byId.GetValueOrDefault(id);
        }
    }
}
