namespace LlmOperator.PlacementBench;

/// <summary>
/// The best division there is, by branch and bound: for every model each variant on each GPU, or nothing. The bound is
/// the fractional one over the pooled room. For a few models and GPUs only.
/// </summary>
internal sealed class ExactSolver
{
    private readonly long[] _free;
    private readonly (double[] Values, IReadOnlyList<long> Bytes)[] _models;
    private double _best;

    private ExactSolver(SmallInstance instance)
    {
        _free = [.. instance.Gpus];
        _models =
        [
            .. instance
                .Values()
                .Zip(instance.Models, (v, m) => (v, m.Bytes))
                .OrderByDescending(m => m.v[0])
                .ThenByDescending(m => m.Bytes[0]),
        ];
    }

    /// <summary>Value of the best division.</summary>
    public static double Solve(SmallInstance instance)
    {
        ExactSolver solver = new(instance);
        solver.Branch(0, 0);
        return solver._best;
    }

    private void Branch(int model, double value)
    {
        _best = Math.Max(_best, value);
        if (model == _models.Length || value + Bound(model) <= _best + 1e-9)
        {
            return;
        }

        (double[] values, IReadOnlyList<long> bytes) = _models[model];
        for (int option = 0; option < values.Length; option++)
        {
            for (int gpu = 0; gpu < _free.Length; gpu++)
            {
                // GPUs with equal room are the same.
                if (_free[gpu] < bytes[option] || Array.IndexOf(_free, _free[gpu]) < gpu)
                {
                    continue;
                }

                _free[gpu] -= bytes[option];
                Branch(model + 1, value + values[option]);
                _free[gpu] += bytes[option];
            }
        }

        Branch(model + 1, value);
    }

    private double Bound(int from)
    {
        long largest = _free.Max();
        return FractionalBound.Of(
            _free.Sum(),
            _models
                .Skip(from)
                .Select(m =>
                    m.Bytes.Select((b, i) => (Bytes: b, Value: m.Values[i])).Where(o => o.Bytes <= largest)
                )
        );
    }
}
