namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>How a streamed answer ended.</summary>
internal enum StreamEnd
{
    /// <summary>Neither a last event nor an error: what must never be.</summary>
    SilentCut,

    /// <summary>With its last event.</summary>
    Whole,

    /// <summary>With an error event.</summary>
    Error,
}
