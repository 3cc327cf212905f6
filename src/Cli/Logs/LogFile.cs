namespace LlmOperator.Cli.Logs;

/// <summary>A log file.</summary>
/// <param name="Label">What it is the log of; put before each line when there are several.</param>
/// <param name="Path">Path of the file.</param>
internal sealed record LogFile(string Label, string Path);
