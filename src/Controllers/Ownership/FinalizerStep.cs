namespace LlmOperator.Controllers.Ownership;

/// <summary>What a reconciler may do with an object that it cleans up after (C45): closed hierarchy.</summary>
public abstract record FinalizerStep
{
    private FinalizerStep() { }

    /// <summary>The finalizer is persisted: side effects may begin.</summary>
    public sealed record Apply : FinalizerStep;

    /// <summary>The object is being deleted: clean up, also when nothing was ever applied, then remove the finalizer.</summary>
    public sealed record Cleanup : FinalizerStep;

    /// <summary>The object is being deleted and we have nothing to do with it any more.</summary>
    public sealed record Nothing : FinalizerStep;
}
