namespace LlmOperator.Cli.Distribution;

/// <summary>Where a node stands with a model.</summary>
internal enum NodeProgressState
{
    /// <summary>It has not begun.</summary>
    Pending,

    /// <summary>It fetches or verifies.</summary>
    Running,

    /// <summary>The model is stored and verified.</summary>
    Done,

    /// <summary>Only a change will help.</summary>
    Failed,
}
