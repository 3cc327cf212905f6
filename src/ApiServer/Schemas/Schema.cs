using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>A structural schema as a CRD carries it.</summary>
internal sealed class Schema
{
    /// <summary>Accepts and keeps anything.</summary>
    public static Schema Anything { get; } = new() { PreserveUnknownFields = true };

    /// <summary><c>object</c>, <c>array</c>, <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>, or empty.</summary>
    public string Type { get; init; } = "";
    public string Format { get; init; } = "";
    public bool Nullable { get; init; }
    public bool IntOrString { get; init; }
    public bool PreserveUnknownFields { get; init; }
    public bool EmbeddedResource { get; init; }
    public JsonNode? Default { get; init; }
    public bool HasDefault { get; init; }

    public IReadOnlyDictionary<string, Schema> Properties { get; init; } = new Dictionary<string, Schema>();

    /// <summary>The schema of values under names that <see cref="Properties"/> does not list.</summary>
    public Schema? AdditionalProperties { get; init; }
    public Schema? Items { get; init; }
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary><c>atomic</c>, <c>set</c> or <c>map</c>; empty means atomic.</summary>
    public string ListType { get; init; } = "";
    public IReadOnlyList<string> ListMapKeys { get; init; } = [];

    /// <summary><c>atomic</c> or <c>granular</c>; empty means granular.</summary>
    public string MapType { get; init; } = "";

    public ValueRules Rules { get; init; } = ValueRules.None;

    public bool IsAtomic =>
        Type == "array" ? ListType is not ("set" or "map")
        : Type == "object" || Properties.Count > 0 || AdditionalProperties is not null ? MapType == "atomic"
        : false;

    /// <summary>The schema of one property, or null when the schema does not know it.</summary>
    public Schema? Property(string name) => Properties.GetValueOrDefault(name) ?? AdditionalProperties;
}
