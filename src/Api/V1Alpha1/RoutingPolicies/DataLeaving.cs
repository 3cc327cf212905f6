namespace LlmOperator.Api.V1Alpha1;

/// <summary>Whether text of a data class may go to a provider.</summary>
public enum DataLeaving
{
    /// <summary>Never: a request with such text goes to local models only, on every path.</summary>
    Forbidden,

    /// <summary>With placeholders in place of what was found; the answer gets it back. What cannot be replaced stays.</summary>
    Redacted,

    /// <summary>As it is; the class serves rules alone.</summary>
    Allowed,
}
