namespace LlmOperator.Operator.LlmModels;

/// <summary>How often a failed inspection is tried again.</summary>
internal static class InspectionConstants
{
    /// <summary>Delay after the first failure; doubled at each further one.</summary>
    public static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(2);

    /// <summary>Longest delay between two tries of a source that cannot be reached.</summary>
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Delay after a failure that a person has to remedy outside of the spec: an upload, a Secret, a licence to accept.
    /// </summary>
    public static readonly TimeSpan TerminalRetry = TimeSpan.FromMinutes(5);

    /// <summary>Longest time of one inspection; headers are a few megabytes, but a file's digest may need its whole read.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);
}
