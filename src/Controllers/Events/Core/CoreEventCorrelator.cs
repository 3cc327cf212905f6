namespace LlmOperator.Controllers.Events.Core;

/// <summary>
/// Decides what is written of an event (C48, client-go's EventCorrelator): nothing for an object with too many of
/// them, one combined event for many that differ in their message alone, and a count for the same one again.
/// </summary>
internal sealed class CoreEventCorrelator(TimeProvider time)
{
    private readonly SpamFilter _spam = new(time);
    private readonly RecentlyUsed<EventKey, Similar> _similar = new(CoreEventConstants.MostRemembered);
    private readonly RecentlyUsed<CoreEventKey, CorrelatedEvent> _observed = new(
        CoreEventConstants.MostRemembered
    );

    /// <summary>What to write, or null for nothing; what is not written counts all the same.</summary>
    public CorrelatedEvent? Correlate(RecordedEvent recorded)
    {
        (CoreEventKey key, string message) = Aggregate(recorded);
        CorrelatedEvent correlated = _observed.TryGet(key, out CorrelatedEvent? before)
            ? before with
            {
                Message = message,
                Time = recorded.Time,
                Count = before.Count + 1,
            }
            : new CorrelatedEvent(key, message, Name: null, recorded.Time, recorded.Time, Count: 1);
        _observed.Set(key, correlated);
        return _spam.Allows(recorded.Key.Regarding) ? correlated : null;
    }

    /// <summary>Remembers the name that the event has on the server.</summary>
    public void Wrote(CorrelatedEvent correlated, string name) =>
        _observed.Set(correlated.Key, correlated with { Name = name });

    private (CoreEventKey Key, string Message) Aggregate(RecordedEvent recorded)
    {
        // As client-go: neither the action nor the second object makes events of this API different.
        EventKey kind = recorded.Key with
        {
            Action = "",
            Related = null,
        };
        long now = time.GetTimestamp();
        Similar similar =
            _similar.TryGet(kind, out Similar? known)
            && time.GetElapsedTime(known.LastAt, now) <= CoreEventConstants.SimilarWithin
                ? known
                : new Similar();
        similar.LastAt = now;
        similar.Messages.Add(recorded.Note);
        _similar.Set(kind, similar);
        if (similar.Messages.Count < CoreEventConstants.MostSimilar)
        {
            return (new CoreEventKey(kind, recorded.Note), recorded.Note);
        }

        // Any message may go: the set only counts.
        similar.Messages.Remove(similar.Messages.First());
        return (new CoreEventKey(kind, Message: null), CoreEventConstants.CombinedPrefix + recorded.Note);
    }

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = [];

        public long LastAt { get; set; }
    }
}
