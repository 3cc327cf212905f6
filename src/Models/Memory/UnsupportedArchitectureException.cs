namespace LlmOperator.Models.Memory;

/// <summary>An architecture whose memory is not computed exactly. It is refused rather than guessed.</summary>
public sealed class UnsupportedArchitectureException : Exception
{
    /// <summary>Names the architecture and the remedy.</summary>
    public UnsupportedArchitectureException(string architecture)
        : base(
            $"The memory of architecture '{architecture}' is not known exactly to this version; state it in spec.memory.override."
        )
    {
        Architecture = architecture;
    }

    /// <summary>The architecture.</summary>
    public string Architecture { get; }
}
