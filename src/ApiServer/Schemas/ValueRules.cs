using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>What a schema demands of a value beyond its type.</summary>
internal sealed record ValueRules
{
    public static ValueRules None { get; } = new();

    public IReadOnlyList<JsonNode?> Enum { get; init; } = [];

    /// <summary>The pattern as written; <see cref="Regex"/> is its compiled form.</summary>
    public string Pattern { get; init; } = "";
    public Lazy<Regex>? Regex { get; init; }
    public double? Minimum { get; init; }
    public bool ExclusiveMinimum { get; init; }
    public double? Maximum { get; init; }
    public bool ExclusiveMaximum { get; init; }
    public double? MultipleOf { get; init; }
    public long? MinLength { get; init; }
    public long? MaxLength { get; init; }
    public long? MinItems { get; init; }
    public long? MaxItems { get; init; }
    public bool UniqueItems { get; init; }
    public long? MinProperties { get; init; }
    public long? MaxProperties { get; init; }
    public IReadOnlyList<Schema> AllOf { get; init; } = [];
    public IReadOnlyList<Schema> AnyOf { get; init; } = [];
    public IReadOnlyList<Schema> OneOf { get; init; } = [];
    public Schema? Not { get; init; }
}
