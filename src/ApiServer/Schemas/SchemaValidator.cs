using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>Judges a value by a structural schema, in the wording of the Kubernetes API server.</summary>
internal static class SchemaValidator
{
    private const int MostErrors = 100;

    /// <summary>Judges everything but <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</summary>
    public static void ValidateObject(JsonObject item, Schema schema, List<FieldError> errors) =>
        ValidateProperties(item, schema, "", errors, isResource: true);

    public static void Validate(JsonNode? value, Schema schema, string path, List<FieldError> errors)
    {
        if (errors.Count >= MostErrors)
        {
            return;
        }
        if (value is null)
        {
            if (!schema.Nullable && (schema.Type.Length > 0 || schema.IntOrString))
            {
                errors.Add(
                    FieldError.TypeInvalid(path, value, schema.IntOrString ? "integer,string" : schema.Type)
                );
            }
            return;
        }
        if (!HasType(value, schema))
        {
            var wanted = schema.IntOrString ? "integer,string" : schema.Type;
            errors.Add(FieldError.TypeInvalid(path, value, wanted));
            return;
        }
        switch (value)
        {
            case JsonObject item:
                ValidateProperties(item, schema, path, errors, schema.EmbeddedResource);
                break;
            case JsonArray array:
                ValidateItems(array, schema, path, errors);
                break;
            default:
                ScalarValidator.Validate(value, schema, path, errors);
                break;
        }
        ValidateEnum(value, schema, path, errors);
        ValidateCombinations(value, schema, path, errors);
    }

    private static bool HasType(JsonNode value, Schema schema)
    {
        var kind = value.GetValueKind();
        if (schema.IntOrString)
        {
            return kind == JsonValueKind.String
                || (kind == JsonValueKind.Number && value.Whole() is not null);
        }
        return schema.Type switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => kind == JsonValueKind.String,
            "integer" => kind == JsonValueKind.Number && value.Whole() is not null,
            "number" => kind == JsonValueKind.Number,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            _ => true,
        };
    }

    private static void ValidateProperties(
        JsonObject item,
        Schema schema,
        string path,
        List<FieldError> errors,
        bool isResource
    )
    {
        foreach (var name in schema.Required.Where(name => !item.ContainsKey(name)))
        {
            errors.Add(FieldError.Required(Below(path, name)));
        }
        var rules = schema.Rules;
        if (rules.MinProperties is { } least && item.Count < least)
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    JsonValue.Create((long)item.Count),
                    $"{path} in body should have at least {least} properties"
                )
            );
        }
        if (rules.MaxProperties is { } most && item.Count > most)
        {
            errors.Add(
                new("FieldValueTooMany", path, $"Too many: {item.Count}: must have at most {most} properties")
            );
        }
        foreach (var (name, value) in item)
        {
            if (isResource && name is "apiVersion" or "kind" or "metadata")
            {
                continue;
            }
            if (schema.Property(name) is { } known)
            {
                Validate(value, known, Below(path, name), errors);
            }
        }
    }

    private static void ValidateItems(JsonArray array, Schema schema, string path, List<FieldError> errors)
    {
        var rules = schema.Rules;
        if (rules.MaxItems is { } most && array.Count > most)
        {
            errors.Add(FieldError.TooMany(path, array.Count, most));
            return;
        }
        if (rules.MinItems is { } least && array.Count < least)
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    JsonValue.Create((long)array.Count),
                    $"{path} in body should have at least {least} items"
                )
            );
        }
        ListTypeValidator.Validate(array, schema, path, errors);
        if (schema.Items is null)
        {
            return;
        }
        for (var i = 0; i < array.Count; i++)
        {
            Validate(array[i], schema.Items, $"{path}[{i}]", errors);
        }
    }

    private static void ValidateEnum(JsonNode value, Schema schema, string path, List<FieldError> errors)
    {
        var allowed = schema.Rules.Enum;
        if (allowed.Count > 0 && !allowed.Any(a => JsonNodes.Same(a, value)))
        {
            errors.Add(
                FieldError.NotSupported(path, value, allowed.Select(a => a.Text() ?? JsonWriting.ToText(a)))
            );
        }
    }

    private static void ValidateCombinations(
        JsonNode value,
        Schema schema,
        string path,
        List<FieldError> errors
    )
    {
        var rules = schema.Rules;
        foreach (var each in rules.AllOf)
        {
            Validate(value, each, path, errors);
        }
        if (rules.AnyOf.Count > 0 && !rules.AnyOf.Any(s => IsValid(value, s)))
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    value.DeepClone(),
                    $"{path} in body must validate at least one schema (anyOf)"
                )
            );
        }
        if (rules.OneOf.Count > 0 && rules.OneOf.Count(s => IsValid(value, s)) is not 1 and var matching)
        {
            var found = matching == 0 ? "Found none valid" : $"Found {matching} valid alternatives";
            errors.Add(
                FieldError.Invalid(
                    path,
                    value.DeepClone(),
                    $"{path} in body must validate one and only one schema (oneOf). {found}"
                )
            );
        }
        if (rules.Not is not null && IsValid(value, rules.Not))
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    value.DeepClone(),
                    $"{path} in body must not validate the schema (not)"
                )
            );
        }
    }

    private static bool IsValid(JsonNode value, Schema schema)
    {
        var errors = new List<FieldError>();
        Validate(value, schema, "", errors);
        return errors.Count == 0;
    }

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
