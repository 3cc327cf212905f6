namespace LlmOperator.Router.Forwarding;

/// <summary>When one attempt began and said something. For statistics of its target.</summary>
internal sealed class AttemptTimes(TimeProvider timeProvider)
{
    private readonly long _start = timeProvider.GetTimestamp();

    /// <summary>Time to the first content of a stream; null when there was none.</summary>
    public TimeSpan? FirstContent { get; private set; }

    /// <summary>Time since the beginning.</summary>
    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_start);

    /// <summary>The first content is about to be sent.</summary>
    public void MarkFirstContent() => FirstContent ??= Elapsed;
}
