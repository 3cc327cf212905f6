using System.Collections.Concurrent;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Statistics;

/// <summary>Statistics of all targets, by name. Safe for concurrent use.</summary>
internal sealed class RouterStatistics(TimeProvider timeProvider) : ITargetFigures
{
    private readonly ConcurrentDictionary<string, TargetStatistics> _targets = new(StringComparer.Ordinal);

    /// <summary>Names of the targets of which something was measured.</summary>
    public IEnumerable<string> Names => _targets.Keys.Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public TargetFigures Of(string target) =>
        _targets.TryGetValue(target, out TargetStatistics? statistics)
            ? statistics.Read()
            : TargetFigures.Unknown;

    /// <summary>Where what is measured of a target goes.</summary>
    public TargetStatistics For(string target) =>
        _targets.GetOrAdd(target, _ => new TargetStatistics(timeProvider));

    /// <summary>Forgets targets that are no longer there.</summary>
    public void Keep(RoutingSnapshot snapshot)
    {
        HashSet<string> names =
        [
            .. snapshot.Models.Keys.Select(m => $"model/{m.Name}"),
            .. snapshot.Providers.Values.SelectMany(p =>
                p.Models.Keys.Select(m => $"provider/{p.Key.Name}/{m}")
            ),
        ];
        foreach (string name in _targets.Keys.Where(n => !names.Contains(n)))
        {
            _targets.TryRemove(name, out _);
        }
    }
}
