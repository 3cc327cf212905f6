namespace LlmOperator.Api.V1Alpha1;

/// <summary>Numbers of replicas.</summary>
public sealed record ReplicaCounts
{
    /// <summary>Wanted.</summary>
    public int Desired { get; init; }

    /// <summary>Given a node.</summary>
    public int Placed { get; init; }

    /// <summary>With all files on their node.</summary>
    public int Stored { get; init; }

    /// <summary>Answering, or ready to load at the first request.</summary>
    public int Ready { get; init; }

    /// <summary>Label selector of the replicas, as text.</summary>
    public string? Selector { get; init; }
}
