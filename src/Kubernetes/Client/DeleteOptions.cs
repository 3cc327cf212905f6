namespace LlmOperator.Kubernetes.Client;

/// <summary>Options of a deletion.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only this very object; a recreated one of the same name is left alone.</summary>
    public string? PreconditionUid { get; init; }

    /// <summary>Delete only this state of the object.</summary>
    public string? PreconditionResourceVersion { get; init; }

    /// <summary>What becomes of dependants. Background by default.</summary>
    public PropagationPolicy PropagationPolicy { get; init; } = PropagationPolicy.Background;

    /// <summary>Validate and answer, but delete nothing.</summary>
    public bool DryRun { get; init; }
}
