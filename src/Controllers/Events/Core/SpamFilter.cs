using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Controllers.Events.Core;

/// <summary>Lets a burst of events about one object through, then one in five minutes (C48).</summary>
internal sealed class SpamFilter(TimeProvider time)
{
    private readonly RecentlyUsed<ObjectReference, Bucket> _buckets = new(CoreEventConstants.MostRemembered);

    /// <summary>True when an event about the object may be written.</summary>
    public bool Allows(ObjectReference regarding)
    {
        long now = time.GetTimestamp();
        double tokens = CoreEventConstants.Burst;
        if (_buckets.TryGet(regarding, out Bucket? bucket))
        {
            double refilled = time.GetElapsedTime(bucket.FilledAt, now) / CoreEventConstants.RefillTime;
            tokens = Math.Min(CoreEventConstants.Burst, bucket.Tokens + refilled);
        }

        bool isAllowed = tokens >= 1;
        _buckets.Set(regarding, new Bucket(isAllowed ? tokens - 1 : tokens, now));
        return isAllowed;
    }

    private sealed record Bucket(double Tokens, long FilledAt);
}
