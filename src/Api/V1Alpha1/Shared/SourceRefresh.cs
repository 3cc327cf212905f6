namespace LlmOperator.Api.V1Alpha1;

/// <summary>When a name that may move (a tag, a branch) is looked at again.</summary>
public enum SourceRefresh
{
    /// <summary>What it meant at first is kept for ever; that it moved is only told.</summary>
    Never,

    /// <summary>It is looked at again whenever the spec of the LlmModel changes.</summary>
    OnChange,

    /// <summary>It is looked at again then, and every <c>refreshInterval</c>.</summary>
    Interval,
}
