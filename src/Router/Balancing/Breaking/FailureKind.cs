namespace LlmOperator.Router.Balancing.Breaking;

/// <summary>How a target failed.</summary>
internal enum FailureKind
{
    /// <summary>It answered, with an error: too many of these open the circuit.</summary>
    Error,

    /// <summary>The connection was refused or broke; that is known at once.</summary>
    Gone,

    /// <summary>It said nothing until the time was over: asking it costs that time.</summary>
    Silent,
}
