using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Environment variable of a credential plugin.</summary>
public sealed record ExecVariable
{
    /// <summary>Name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Value.</summary>
    [JsonPropertyName("value")]
    public string Value { get; init; } = "";

    /// <summary>Hides the value.</summary>
    public override string ToString() => Name;
}
