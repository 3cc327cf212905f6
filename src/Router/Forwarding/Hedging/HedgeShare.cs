namespace LlmOperator.Router.Forwarding.Hedging;

/// <summary>Keeps second attempts within a share of the requests. Thread-safe.</summary>
internal sealed class HedgeShare
{
    // After a long quiet time at most so many at once.
    private const double Most = 10;
    private readonly Lock _lock = new();
    private double _credit;

    /// <summary>A request that might get a second attempt.</summary>
    /// <param name="percent">The share, in percent.</param>
    public void Count(int percent)
    {
        lock (_lock)
        {
            _credit = Math.Min(Most, _credit + (percent / 100.0));
        }
    }

    /// <summary>Takes a second attempt; false when the share is used up.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            // Twenty times a twentieth is a little less than one.
            if (_credit < 1 - 1e-9)
            {
                return false;
            }

            _credit -= 1;
            return true;
        }
    }

    /// <summary>It came to nothing.</summary>
    public void GiveBack()
    {
        lock (_lock)
        {
            _credit += 1;
        }
    }
}
