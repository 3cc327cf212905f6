using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Controllers.Events;

/// <summary>Remembers the events that may become, or are, a series. Used by the recorder's loop alone.</summary>
internal sealed class EventSeriesCache(TimeProvider time)
{
    private readonly Dictionary<EventKey, Entry> _entries = [];

    public int Count => _entries.Count;

    public Entry? Find(EventKey key) => _entries.GetValueOrDefault(key);

    public void Add(EventKey key, KubernetesEvent created)
    {
        if (_entries.Count >= EventConstants.MostRemembered)
        {
            _entries.Remove(_entries.MinBy(e => e.Value.SeenAt).Key);
        }

        long now = time.GetTimestamp();
        _entries[key] = new Entry(created) { SeenAt = now, WrittenAt = now };
    }

    public void Remove(EventKey key) => _entries.Remove(key);

    /// <summary>Until something is due; null when nothing is remembered.</summary>
    public TimeSpan? UntilDue() =>
        _entries.Count == 0 ? null
        : _entries.Values.Min(DueIn) is var due && due > TimeSpan.Zero ? due
        : TimeSpan.Zero;

    /// <summary>What is due: over, or long not written.</summary>
    public IReadOnlyList<(EventKey Key, Entry Entry, bool IsOver)> Due() =>
        [
            .. _entries
                .Where(e => DueIn(e.Value) <= TimeSpan.Zero)
                .Select(e => (e.Key, e.Value, IsOver(e.Value))),
        ];

    private bool IsOver(Entry entry) => time.GetElapsedTime(entry.SeenAt) >= EventConstants.Finish;

    private TimeSpan DueIn(Entry entry)
    {
        TimeSpan finish = EventConstants.Finish - time.GetElapsedTime(entry.SeenAt);
        TimeSpan refresh = EventConstants.Refresh - time.GetElapsedTime(entry.WrittenAt);
        return entry.IsSeries && refresh < finish ? refresh : finish;
    }

    /// <summary>One remembered event.</summary>
    internal sealed class Entry(KubernetesEvent created)
    {
        /// <summary>As it was created; the patches name it.</summary>
        public KubernetesEvent Event { get; set; } = created;

        /// <summary>How often it happened.</summary>
        public int Count { get; set; } = 1;

        /// <summary>The count that the server knows.</summary>
        public int WrittenCount { get; set; } = 1;

        public DateTimeOffset LastTime { get; set; }

        public long SeenAt { get; set; }

        public long WrittenAt { get; set; }

        public bool IsSeries => Count > 1;
    }
}
