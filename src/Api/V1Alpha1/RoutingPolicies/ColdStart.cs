using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// What a request does whose OnDemand model is not in memory. The first one has the model loaded, and all wait in one queue a
/// model. When the wait is over, or the queue is full, the targets follow that the mode names; where none of them answers, the
/// request is answered 503 with Retry-After and how far the model is.
/// </summary>
public sealed record ColdStart
{
    /// <summary>Who follows when the wait is over. A request whose route has no such target waits as with Wait.</summary>
    [DefaultValue(ColdStartMode.Wait)]
    public ColdStartMode Mode { get; init; } = ColdStartMode.Wait;

    /// <summary>
    /// Longest wait in queues, of all the request's models together. Where it is absent: 5m with mode Wait; with the others 0s,
    /// so they follow at once while the model loads. <c>limits.total</c> holds too. A pull that is known to take longer is not
    /// waited for.
    /// </summary>
    [RegularExpression(Duration.Pattern)]
    public Duration? MaxWait { get; init; }

    /// <summary>Most requests that wait for one model; a further one does not wait.</summary>
    [DefaultValue(64)]
    [Range(0, 10_000)]
    public int MaxQueued { get; init; } = 64;

    /// <summary>
    /// How often a waiting stream is told that it lives, so that nobody on the way closes it; 0s for never. From the first time
    /// on its status is 200, and errors are events. What is not streamed gets nothing before its answer.
    /// </summary>
    [DefaultValue("10s")]
    [RegularExpression(Duration.Pattern)]
    public Duration Heartbeat { get; init; } = Duration.Parse("10s");
}
