namespace LlmOperator.Controllers.Hosting;

/// <summary>A part of a process with a loop of its own.</summary>
public interface IRunnable
{
    /// <summary>Name for logs.</summary>
    string Name { get; }

    /// <summary>True when only the leader may run it.</summary>
    bool NeedsLeaderElection { get; }

    /// <summary>Runs until it is done or cancelled; returns only when nothing of it is running any more.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
