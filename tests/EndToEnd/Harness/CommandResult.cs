namespace LlmOperator.EndToEnd.Harness;

/// <summary>How a command ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public string All => $"exit code {ExitCode}\n{Output}{Error}";
}
