namespace LlmOperator.Router.Tests.Tracing;

/// <summary>A data point of a metric as a collector got it.</summary>
/// <param name="Scope">Meter.</param>
/// <param name="Metric">Its name.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Count">Observations, of a histogram.</param>
internal sealed record ReceivedPoint(
    string Scope,
    string Metric,
    IReadOnlyDictionary<string, string> Attributes,
    ulong Count
);
