namespace LlmOperator.Engines;

/// <summary>How an instance ended.</summary>
public sealed record EngineExit
{
    /// <summary>Exit code; null when a signal ended the process or there was no process of ours.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Signal that ended the process, such as 9.</summary>
    public int? Signal { get; init; }

    /// <summary>True when we asked for the end.</summary>
    public required bool Requested { get; init; }

    /// <summary>True when the last lines say that memory ran out, or the kernel killed the process unasked.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>True when the engine no longer answered and was therefore ended.</summary>
    public bool Hung { get; init; }

    /// <summary>
    /// The check of its own that the engine failed before it aborted, as it printed it: a file, a line and a text. Null
    /// when it ended otherwise.
    /// </summary>
    public string? FailedCheck { get; init; }

    /// <summary>The last lines of the error output.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>One sentence for people.</summary>
    public string Describe() =>
        this switch
        {
            { Requested: true } => "The engine was stopped.",
            { Hung: true } => "The engine no longer answered and was ended.",
            { OutOfMemory: true } => "The engine ran out of memory.",
            { FailedCheck: { } check } => $"The engine failed a check of its own and aborted ({check}).",
            { Signal: { } signal } => $"The engine was ended by signal {signal}.",
            { ExitCode: { } code } => $"The engine exited with code {code}.",
            _ => "The engine is gone.",
        };
}
