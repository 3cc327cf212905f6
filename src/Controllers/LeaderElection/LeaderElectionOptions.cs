using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.LeaderElection;

/// <summary>Which lease makes the leader, and how fast (C49).</summary>
public sealed record LeaderElectionOptions
{
    // client-go leaderelection.go: JitterFactor.
    internal const double JitterFactor = 1.2;

    /// <summary>Lease; the instances of one program share it.</summary>
    public required ObjectKey Lease { get; init; }

    /// <summary>Name of this instance. Default <c>hostname_uuid</c>.</summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid()}";

    /// <summary>After this long without a change others may take the lease. Default 15 seconds.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A leader that could not renew for this long stops at once. Default 10 seconds.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two attempts. Default 2 seconds.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gives the lease up at a graceful stop, so that another instance leads at once. On by default.</summary>
    public bool ReleaseOnStop { get; init; } = true;

    internal TimeSpan RequestTimeout =>
        RenewDeadline / 2 > TimeSpan.FromSeconds(1) ? RenewDeadline / 2 : TimeSpan.FromSeconds(1);

    /// <exception cref="ArgumentException">The durations cannot work together; says which.</exception>
    internal void Validate()
    {
        if (LeaseDuration <= RenewDeadline)
        {
            throw new ArgumentException(
                $"{nameof(LeaseDuration)} ({LeaseDuration}) must be longer than {nameof(RenewDeadline)} ({RenewDeadline})."
            );
        }

        if (RetryPeriod <= TimeSpan.Zero || RenewDeadline <= RetryPeriod * JitterFactor)
        {
            throw new ArgumentException(
                $"{nameof(RenewDeadline)} ({RenewDeadline}) must be longer than {JitterFactor} times {nameof(RetryPeriod)} ({RetryPeriod})."
            );
        }

        if (LeaseDuration < TimeSpan.FromSeconds(1))
        {
            throw new ArgumentException($"{nameof(LeaseDuration)} must be at least one second.");
        }

        if (Identity.Length == 0)
        {
            throw new ArgumentException($"{nameof(Identity)} must not be empty.");
        }
    }
}
