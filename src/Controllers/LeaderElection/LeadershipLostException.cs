namespace LlmOperator.Controllers.LeaderElection;

/// <summary>This instance is not the leader any more: it must write nothing and end with an exit code other than zero (C51).</summary>
public sealed class LeadershipLostException : Exception
{
    /// <summary>Makes the exception.</summary>
    public LeadershipLostException(string message)
        : base(message) { }
}
