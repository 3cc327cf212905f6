namespace LlmOperator.Controllers.Queueing;

/// <summary>Order of keys in a queue; higher comes first (C39).</summary>
internal static class Priorities
{
    /// <summary>Something changed.</summary>
    public const int Normal = 0;

    /// <summary>First list and resync: behind real changes (controller-runtime handler.LowPriority).</summary>
    public const int Low = -100;
}
