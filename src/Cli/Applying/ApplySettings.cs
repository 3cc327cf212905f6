namespace LlmOperator.Cli.Applying;

/// <summary>How to apply.</summary>
/// <param name="Force">Takes fields over from other managers.</param>
/// <param name="DryRun">Validates on the server and stores nothing.</param>
internal sealed record ApplySettings(bool Force = false, bool DryRun = false);
