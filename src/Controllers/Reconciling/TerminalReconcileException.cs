namespace LlmOperator.Controllers.Reconciling;

/// <summary>
/// The object cannot be reconciled as it is, and trying again would not help: counted and logged, not requeued. The
/// only "do not retry" (C36); the object is reconciled again when it, or something that it depends on, changes.
/// </summary>
public sealed class TerminalReconcileException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and what to change, for people.</param>
    /// <param name="innerException">Cause, if any.</param>
    public TerminalReconcileException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
