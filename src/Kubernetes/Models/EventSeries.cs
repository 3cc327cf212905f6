using System.Text.Json.Serialization;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Models;

/// <summary>How often an event happened.</summary>
public sealed record EventSeries
{
    /// <summary>How often so far.</summary>
    public int Count { get; init; }

    /// <summary>When it last happened.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset LastObservedTime { get; init; }
}
