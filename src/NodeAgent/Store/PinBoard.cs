using System.Collections.Concurrent;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Who needs which digests. On disk, so that a restarted agent deletes nothing that is still needed. Thread-safe.</summary>
internal sealed class PinBoard
{
    private readonly StoreLayout _layout;
    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _pins = new(StringComparer.Ordinal);

    public PinBoard(StoreLayout layout)
    {
        _layout = layout;
        foreach (PinRecord record in Records())
        {
            _pins[record.Owner] = record.Digests;
        }
    }

    public IReadOnlyCollection<string> Owners => [.. _pins.Keys];

    /// <summary>The owner needs these digests and no others.</summary>
    public void Set(string owner, IEnumerable<ModelDigest> digests)
    {
        string[] wanted =
        [
            .. digests.Select(digest => digest.ToString()).Distinct().Order(StringComparer.Ordinal),
        ];
        if (_pins.TryGetValue(owner, out IReadOnlyList<string>? current) && current.SequenceEqual(wanted))
        {
            return;
        }

        DurableFiles.WriteJson(_layout.Pin(owner), new PinRecord(owner, wanted));
        _pins[owner] = wanted;
    }

    public void Remove(string owner)
    {
        _pins.TryRemove(owner, out _);
        File.Delete(_layout.Pin(owner));
    }

    /// <summary>Reads the pins of some owners again: another process has set or removed them.</summary>
    public void Refresh(string ownerPrefix)
    {
        Dictionary<string, IReadOnlyList<string>> present = Records()
            .Where(record => record.Owner.StartsWith(ownerPrefix, StringComparison.Ordinal))
            .ToDictionary(record => record.Owner, record => record.Digests, StringComparer.Ordinal);
        foreach (
            string owner in Owners.Where(owner => owner.StartsWith(ownerPrefix, StringComparison.Ordinal))
        )
        {
            if (!present.ContainsKey(owner))
            {
                _pins.TryRemove(owner, out _);
            }
        }

        foreach ((string owner, IReadOnlyList<string> digests) in present)
        {
            _pins[owner] = digests;
        }
    }

    /// <summary>Hex digits of all digests that somebody needs.</summary>
    public IReadOnlySet<string> PinnedHex() =>
        _pins
            .Values.SelectMany(list => list)
            .Select(text => ModelDigest.Parse(text).Hex)
            .ToHashSet(StringComparer.Ordinal);

    private IEnumerable<PinRecord> Records() =>
        Directory
            .EnumerateFiles(_layout.Pins, "*.json")
            .Select(DurableFiles.ReadJson<PinRecord>)
            .OfType<PinRecord>();
}
