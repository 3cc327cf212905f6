using System.Collections.Concurrent;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>
/// The written labels of sets of tags that came before: writing them anew for every measurement costs more than the
/// measurement. Only tags whose values are all strings are kept, and only so many. Thread-safe.
/// </summary>
internal sealed class LabelCache
{
    private const int MostEntries = 4096;
    private const int LongestKey = 512;
    private readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public LabelCache() => _lookup = _known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The labels of tags, as <see cref="PrometheusNames.Labels"/> writes them.</summary>
    public string Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Span<char> buffer = stackalloc char[LongestKey];
        if (tags.IsEmpty || !TryWriteKey(tags, buffer, out int length))
        {
            return PrometheusNames.Labels(tags);
        }

        ReadOnlySpan<char> key = buffer[..length];
        if (_lookup.TryGetValue(key, out string? labels))
        {
            return labels;
        }

        labels = PrometheusNames.Labels(tags);
        if (_known.Count < MostEntries)
        {
            _known[key.ToString()] = labels;
        }

        return labels;
    }

    // Lengths stand before the texts: no two sets of tags have the same key.
    private static bool TryWriteKey(
        ReadOnlySpan<KeyValuePair<string, object?>> tags,
        Span<char> key,
        out int length
    )
    {
        length = 0;
        foreach ((string name, object? value) in tags)
        {
            if (value is not string text || name.Length + text.Length + 2 > key.Length - length)
            {
                return false;
            }

            key[length++] = (char)name.Length;
            name.CopyTo(key[length..]);
            length += name.Length;
            key[length++] = (char)text.Length;
            text.CopyTo(key[length..]);
            length += text.Length;
        }

        return true;
    }
}
