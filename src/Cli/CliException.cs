namespace LlmOperator.Cli;

/// <summary>A failure that is told in one sentence, with its remedy, and no stack trace.</summary>
/// <param name="message">What is wrong and what to do.</param>
/// <param name="exitCode">Exit code; 1 by default.</param>
internal sealed class CliException(string message, int exitCode = 1) : Exception(message)
{
    /// <summary>Exit code.</summary>
    public int ExitCode => exitCode;
}
