using System.Text.Json;
using System.Text.Json.Serialization;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Models;

/// <summary>Contents of a <see cref="Lease"/>.</summary>
public sealed record LeaseSpec
{
    /// <summary>Who holds it; null or empty for nobody.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds after the last renewal when others may take it.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the present holder took it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder last renewed it.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often the holder changed.</summary>
    public int? LeaseTransitions { get; init; }

    /// <summary>Fields that this client does not know (<c>strategy</c>, <c>preferredHolder</c>); kept when written back (C50).</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? ExtensionData { get; init; }
}
