using LlmOperator.Kubernetes.Client;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>
/// The client of a process that is killed at a write: the write happens or not, and nothing that the process tries
/// afterwards reaches the server.
/// </summary>
public sealed class CrashingClient : DelegatingKubernetesClient
{
    private int _writes;

    /// <param name="inner">Real client.</param>
    /// <param name="crashAt">Number of the write, from 1.</param>
    /// <param name="isWritten">Whether that write still happens.</param>
    public CrashingClient(IKubernetesClient inner, int crashAt, bool isWritten)
        : base(inner)
    {
        Before = (verb, _, _) =>
        {
            if (IsCrashed)
            {
                throw new HttpRequestException("The process was killed.");
            }

            if (verb is not ("get" or "list" or "watch") && Interlocked.Increment(ref _writes) == crashAt)
            {
                IsCrashed = true;
                if (!isWritten)
                {
                    throw new HttpRequestException("The process was killed.");
                }
            }

            return Task.CompletedTask;
        };
    }

    /// <summary>The process is dead.</summary>
    public bool IsCrashed { get; private set; }

    /// <summary>Writes so far.</summary>
    public int Writes => Volatile.Read(ref _writes);
}
