namespace LlmOperator.Operator.Planning;

/// <summary>A replica that would be there.</summary>
public sealed record PreviewedReplica
{
    /// <summary>Namespace and name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>Node.</summary>
    public required string Node { get; init; }

    /// <summary><c>New</c>, <c>Updated</c>, <c>Kept</c> or <c>KeptOutdated</c>.</summary>
    public required string Change { get; init; }

    /// <summary>Variant, context and cache type in words.</summary>
    public required string Way { get; init; }

    /// <summary><c>Gpu</c>, <c>SeveralGpus</c>, <c>Partial</c> or <c>Cpu</c>; absent for what stays as it is.</summary>
    public string? Layout { get; init; }

    /// <summary>What it holds on each device.</summary>
    public IReadOnlyList<PreviewedDevice> Devices { get; init; } = [];

    /// <summary>Bytes that its node has to pull first.</summary>
    public long PullBytes { get; init; }

    /// <summary>Whether another node has the whole file.</summary>
    public bool IsOnPeer { get; init; }
}
