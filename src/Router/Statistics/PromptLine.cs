namespace LlmOperator.Router.Statistics;

/// <summary>
/// Seconds to the first token as a line over the tokens of the prompt, by least squares; every new sample makes the older
/// ones weigh less. Not safe for concurrent use.
/// </summary>
internal sealed class PromptLine
{
    // A sample weighs half after about 70 more.
    private const double Decay = 0.99;
    private const double LeastWeight = 5;
    private double _weight;
    private double _x;
    private double _y;
    private double _xx;
    private double _xy;

    /// <summary>Adds a sample.</summary>
    public void Add(double tokens, double seconds)
    {
        _weight = (_weight * Decay) + 1;
        _x = (_x * Decay) + tokens;
        _y = (_y * Decay) + seconds;
        _xx = (_xx * Decay) + (tokens * tokens);
        _xy = (_xy * Decay) + (tokens * seconds);
    }

    /// <summary>The line; null while the samples do not show one: too few, all prompts of one length, or a falling line.</summary>
    public (double Base, double PerToken)? Read()
    {
        double mean = _x / _weight;
        double spread = (_xx / _weight) - (mean * mean);
        // Prompts that differ by less than a tenth of their length say nothing of the slope.
        if (_weight < LeastWeight || spread <= mean * mean * 0.01)
        {
            return null;
        }

        double slope = ((_xy / _weight) - (mean * _y / _weight)) / spread;
        return slope > 0 ? (Math.Max(0, (_y / _weight) - (slope * mean)), slope) : null;
    }
}
