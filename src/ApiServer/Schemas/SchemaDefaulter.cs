using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>Fills in the defaults of a schema; drops nulls where null is not allowed.</summary>
internal static class SchemaDefaulter
{
    public static void Apply(JsonNode? value, Schema schema)
    {
        switch (value)
        {
            case JsonObject item:
                ApplyToObject(item, schema);
                break;
            case JsonArray array when schema.Items is not null:
                foreach (var element in array)
                {
                    Apply(element, schema.Items);
                }
                break;
            default:
                break;
        }
    }

    /// <summary>Where null is no value, it means "not set".</summary>
    private static bool IsTyped(Schema schema) =>
        !schema.Nullable && (schema.Type.Length > 0 || schema.IntOrString);

    private static void ApplyToObject(JsonObject item, Schema schema)
    {
        foreach (var (name, property) in schema.Properties)
        {
            var present = item.TryGetPropertyValue(name, out var value);
            if (property.HasDefault && (!present || (value is null && !property.Nullable)))
            {
                item[name] = property.Default?.DeepClone();
            }
            else if (present && value is null && IsTyped(property))
            {
                item.Remove(name);
            }
            Apply(item[name], property);
        }
        if (schema.AdditionalProperties is { } additional)
        {
            foreach (var (name, value) in item)
            {
                if (!schema.Properties.ContainsKey(name))
                {
                    Apply(value, additional);
                }
            }
        }
    }
}
