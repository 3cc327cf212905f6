using System.Globalization;
using LlmOperator.Operator.Placement;

namespace LlmOperator.PlacementBench;

/// <summary>Value of plans as fractions of the optimum, over many instances.</summary>
internal sealed class Quality
{
    private readonly SortedDictionary<string, List<double>> _fractions = [];

    /// <summary>Measures the planner and the baselines.</summary>
    /// <param name="instances">How many instances.</param>
    /// <param name="seed">Seed of the first; the next have the numbers after it.</param>
    public static Quality Measure(int instances, int seed)
    {
        Quality quality = new();
        for (int i = 0; i < instances; i++)
        {
            SmallInstance instance = SmallInstance.Random(new Random(seed + i));
            double optimum = ExactSolver.Solve(instance);
            if (optimum <= 0)
            {
                continue;
            }

            quality.Add("planner", PlacementPlanner.Plan(instance.ToSnapshot()).Value / optimum);
            quality.Add("first fit", Baselines.FirstFit(instance) / optimum);
            quality.Add("best fit", Baselines.BestFit(instance) / optimum);
            quality.Add("worst fit (spread)", Baselines.WorstFit(instance) / optimum);
            quality.Add("whole GPUs", Baselines.WholeGpus(instance) / optimum);
        }

        return quality;
    }

    /// <summary>Fractions of one way of planning, the worst first.</summary>
    public IReadOnlyList<double> Of(string name) => [.. _fractions[name].Order()];

    /// <summary>A table in Markdown.</summary>
    public string ToTable()
    {
        List<string> lines =
        [
            "| planner | mean | median | 5th percentile | worst | optimum reached |",
            "|---|---|---|---|---|---|",
        ];
        foreach (string name in _fractions.Keys.OrderByDescending(n => _fractions[n].Average()))
        {
            IReadOnlyList<double> sorted = Of(name);
            lines.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {sorted.Average():0.000} | {sorted[sorted.Count / 2]:0.000} | {sorted[sorted.Count / 20]:0.000} | {sorted[0]:0.000} | {100.0 * sorted.Count(f => f > 1 - 1e-9) / sorted.Count:0} % |"
                )
            );
        }

        return string.Join('\n', lines);
    }

    private void Add(string name, double fraction)
    {
        if (!_fractions.TryGetValue(name, out List<double>? list))
        {
            _fractions[name] = list = [];
        }

        list.Add(fraction);
    }
}
