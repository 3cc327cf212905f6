using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.CustomResources;

/// <summary>What makes a schema structural: a type everywhere, items for arrays, keys for list maps, valid patterns.</summary>
internal static class StructuralRules
{
    public static void Validate(JsonObject schema, string path, List<FieldError> errors)
    {
        var anything =
            schema["x-kubernetes-preserve-unknown-fields"].Bool() == true
            || schema["x-kubernetes-int-or-string"].Bool() == true;
        if (schema.Text("type") is null && !anything)
        {
            errors.Add(FieldError.Required($"{path}.type", "must not be empty for specified object fields"));
        }
        if (schema.Text("type") == "array" && schema.Object("items") is null)
        {
            errors.Add(FieldError.Required($"{path}.items", "must be specified"));
        }
        ValidateListMap(schema, path, errors);
        ValidatePattern(schema, path, errors);
        foreach (var (name, property) in schema.Object("properties") ?? [])
        {
            if (property is JsonObject below)
            {
                Validate(below, $"{path}.properties[{name}]", errors);
            }
        }
        if (schema.Object("items") is { } items)
        {
            Validate(items, $"{path}.items", errors);
        }
        if (schema.Object("additionalProperties") is { } additional)
        {
            Validate(additional, $"{path}.additionalProperties", errors);
        }
    }

    private static void ValidateListMap(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Text("x-kubernetes-list-type") != "map")
        {
            return;
        }
        var keys = schema.Array("x-kubernetes-list-map-keys").Texts().ToList();
        if (keys.Count == 0)
        {
            errors.Add(
                FieldError.Required(
                    $"{path}.x-kubernetes-list-map-keys",
                    "must not be empty if x-kubernetes-list-type is map"
                )
            );
        }
        var items = schema.Object("items");
        var required = items.Array("required").Texts().ToHashSet();
        foreach (var key in keys)
        {
            var property = items.Object("properties").Object(key);
            if (property is null)
            {
                errors.Add(
                    FieldError.Invalid(
                        $"{path}.x-kubernetes-list-map-keys",
                        JsonValue.Create(key),
                        "entries have to be a property of the items schema"
                    )
                );
            }
            else if (!required.Contains(key) && !property.ContainsKey("default"))
            {
                errors.Add(
                    FieldError.Required(
                        $"{path}.items.properties[{key}].default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
                    )
                );
            }
        }
    }

    private static void ValidatePattern(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Text("pattern") is not { } pattern)
        {
            return;
        }
        try
        {
            SchemaReader.Compile(pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            errors.Add(
                FieldError.Invalid(
                    $"{path}.pattern",
                    JsonValue.Create(pattern),
                    $"must be a valid regular expression, but isn't: {e.Message}"
                )
            );
        }
    }
}
