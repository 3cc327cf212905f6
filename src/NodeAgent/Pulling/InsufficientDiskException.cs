namespace LlmOperator.NodeAgent.Pulling;

/// <summary>The disk has not enough room for a model.</summary>
internal sealed class InsufficientDiskException(string model, long missingBytes, string folder)
    : Exception(
        $"The disk of {folder} has not enough room for {model}: {missingBytes} bytes are missing; free them, or give the agent a data folder on a larger disk."
    )
{
    public long MissingBytes { get; } = missingBytes;
}
