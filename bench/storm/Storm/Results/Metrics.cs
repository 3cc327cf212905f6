using System.Globalization;

namespace LlmOperator.Storm.Results;

/// <summary>Samples of the Prometheus text format by name and labels.</summary>
internal sealed class Metrics
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public static Metrics Parse(string text)
    {
        Metrics metrics = new();
        foreach (string line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            int end = line.LastIndexOf(' ');
            metrics._samples[line[..end]] = double.Parse(line[(end + 1)..], CultureInfo.InvariantCulture);
        }

        return metrics;
    }

    /// <summary>What was counted since another look.</summary>
    public Metrics Since(Metrics before)
    {
        Metrics difference = new();
        foreach ((string name, double value) in _samples)
        {
            difference._samples[name] = value - before._samples.GetValueOrDefault(name);
        }

        return difference;
    }

    /// <summary>Sums of a metric by the values of some labels, the empty ones left out.</summary>
    public SortedDictionary<string, double> Sum(string metric, params string[] labels)
    {
        SortedDictionary<string, double> sums = new(StringComparer.Ordinal);
        foreach ((string name, double value) in _samples.Where(s => s.Value != 0 && IsOf(s.Key, metric)))
        {
            string key = string.Join(' ', labels.Select(l => Label(name, l)));
            sums[key] = sums.GetValueOrDefault(key) + value;
        }

        return sums;
    }

    private static bool IsOf(string name, string metric) =>
        name.StartsWith(metric, StringComparison.Ordinal)
        && (name.Length == metric.Length || name[metric.Length] == '{');

    private static string Label(string name, string label)
    {
        int start = name.IndexOf($"{label}=\"", StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        start += label.Length + 2;
        return name[start..name.IndexOf('"', start)];
    }
}
