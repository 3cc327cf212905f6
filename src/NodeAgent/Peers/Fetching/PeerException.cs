namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>A peer did not give what it was asked for; the message names it.</summary>
/// <param name="message">For people: one sentence.</param>
/// <param name="retryAfter">It only has too much to do now; when it may be asked again.</param>
/// <param name="isLacking">It only has not what was asked for.</param>
/// <param name="isRefusing">It may not give it to this node.</param>
internal sealed class PeerException(
    string message,
    TimeSpan? retryAfter = null,
    bool isLacking = false,
    bool isRefusing = false
) : IOException(message)
{
    public bool IsRefusing => isRefusing;

    public TimeSpan? RetryAfter => retryAfter;

    public bool IsLacking => isLacking;
}
