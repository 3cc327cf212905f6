namespace LlmOperator.Api.V1Alpha1;

/// <summary>Whether a provider gets the trace context of a request.</summary>
public enum TraceContextSharing
{
    /// <summary>It does not learn which requests belong together.</summary>
    Withheld,

    /// <summary>It gets the headers <c>traceparent</c> and <c>tracestate</c>.</summary>
    Sent,
}
