namespace LlmOperator.Kubernetes.Client;

/// <summary>Options of server-side apply.</summary>
public sealed record ApplyOptions
{
    /// <summary>Field manager: constant for a controller.</summary>
    public required string FieldManager { get; init; }

    /// <summary>Takes fields over from other managers; true on objects that we own.</summary>
    public bool Force { get; init; }

    /// <summary>Validate and answer, but store nothing.</summary>
    public bool DryRun { get; init; }
}
