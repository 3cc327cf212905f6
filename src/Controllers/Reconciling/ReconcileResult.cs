namespace LlmOperator.Controllers.Reconciling;

/// <summary>What becomes of a key after a successful reconcile: closed hierarchy (C36).</summary>
public abstract record ReconcileResult
{
    private ReconcileResult() { }

    /// <summary>Nothing more to do until something changes.</summary>
    public static ReconcileResult Finished { get; } = new Done();

    /// <summary>Reconcile again after a delay, or earlier when something changes.</summary>
    public static ReconcileResult After(TimeSpan delay) => new RequeueAfter(delay);

    /// <summary>Nothing more to do until something changes.</summary>
    public sealed record Done : ReconcileResult;

    /// <summary>Reconcile again after a delay, or earlier when something changes.</summary>
    public sealed record RequeueAfter(TimeSpan Delay) : ReconcileResult;
}
