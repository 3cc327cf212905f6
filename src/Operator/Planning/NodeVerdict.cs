namespace LlmOperator.Operator.Planning;

/// <summary>What a node has to say of a model, after the plan.</summary>
public sealed record NodeVerdict
{
    /// <summary>Node.</summary>
    public required string Node { get; init; }

    /// <summary><c>Placed</c>, <c>Fits</c>, or the reason of the refusal, for example <c>InsufficientMemory</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>The same in words, with device and bytes.</summary>
    public required string Message { get; init; }

    /// <summary>Bytes that are missing for the way to load it that lacks least; 0 when memory is not the reason.</summary>
    public long MissingBytes { get; init; }

    /// <summary>Every way to load the model on this node with what it lacks there, best first.</summary>
    public IReadOnlyList<WayVerdict> Ways { get; init; } = [];
}
