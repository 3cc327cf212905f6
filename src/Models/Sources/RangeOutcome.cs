namespace LlmOperator.Models.Sources;

/// <summary>What a source did with a request for a range.</summary>
public enum RangeOutcome
{
    /// <summary>The content starts at the offset asked for.</summary>
    FromOffset,

    /// <summary>The source ignores ranges: the content starts at 0, so the caller starts over.</summary>
    FromStart,

    /// <summary>The address has expired or was refused (401, 403): resolve the source again; no content.</summary>
    ResolveAgain,
}
