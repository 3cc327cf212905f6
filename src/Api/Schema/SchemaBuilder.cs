using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.Schema;

/// <summary>Turns a C# type into a structural schema of apiextensions v1.</summary>
internal static class SchemaBuilder
{
    /// <summary>Schema of an object type; descriptions come from the doc comments.</summary>
    public static JsonObject ForObject(Type type, SchemaPart part, string description)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach (PropertyInfo property in PropertiesOf(type))
        {
            string name = NameOf(property);
            properties[name] = ForProperty(property, part);
            if (IsRequired(property))
            {
                required.Add(name);
            }
        }

        JsonObject schema = new() { ["description"] = description, ["type"] = "object" };
        if (required.Count > 0)
        {
            schema["required"] = required;
        }

        schema["properties"] = properties;
        SchemaAnnotations.AddRules(schema, type, part);
        return schema;
    }

    /// <summary>The properties that JSON has, in the order of the declaration.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.GetMethod is not null && p.GetIndexParameters().Length == 0)
            .Where(p =>
                p.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always }
            )
            .Where(p => p.GetCustomAttribute<JsonExtensionDataAttribute>() is null)
            .OrderBy(p => p.MetadataToken);

    /// <summary>JSON name of a property.</summary>
    public static string NameOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
        ?? JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>True when JSON must have the property.</summary>
    public static bool IsRequired(PropertyInfo property) =>
        property.GetCustomAttribute<System.ComponentModel.DataAnnotations.RequiredAttribute>() is not null
        // What metav1.Condition requires.
        || (
            property.DeclaringType == typeof(Condition)
            && property.Name is not nameof(Condition.ObservedGeneration)
        );

    private static JsonObject ForProperty(PropertyInfo property, SchemaPart part)
    {
        JsonObject schema = ForType(property.PropertyType, part, Description(property));
        SchemaAnnotations.AddTo(schema, property, part);
        return schema;
    }

    // As the API conventions want it: a description begins with the name of its field.
    private static string Description(PropertyInfo property) =>
        Named(NameOf(property), DocComments.Of(property));

    /// <summary>A description that begins with the name of the field.</summary>
    public static string Named(string name, string description) => $"{name}: {description}";

    /// <summary>The description without the name of the field, for where that is beside it.</summary>
    public static string Unnamed(string name, string description) =>
        description.StartsWith($"{name}: ", StringComparison.Ordinal)
            ? description[(name.Length + 2)..]
            : description;

    private static JsonObject ForType(Type declared, SchemaPart part, string description)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (ItemOf(type) is { } item)
        {
            return new JsonObject
            {
                ["description"] = description,
                ["type"] = "array",
                ["items"] = ForType(item, part, DescriptionOfItem(item)),
            };
        }

        if (type == typeof(IReadOnlyDictionary<string, string>))
        {
            JsonObject value = new() { ["type"] = "string" };
            JsonObject map = new() { ["description"] = description, ["type"] = "object" };
            if (part == SchemaPart.Spec)
            {
                value["maxLength"] = (long)SchemaConstants.MaxTextLength;
                map["maxProperties"] = (long)SchemaConstants.MaxProperties;
            }

            map["additionalProperties"] = value;
            return map;
        }

        if (type.IsClass && type != typeof(string))
        {
            return ForObject(type, part, description);
        }

        JsonObject scalar = ForScalar(type);
        scalar.Insert(0, "description", type.IsEnum ? $"{description} {ValuesOf(type)}".Trim() : description);
        if (description.Length == 0 && !type.IsEnum)
        {
            scalar.Remove("description");
        }

        return scalar;
    }

    private static JsonObject ForScalar(Type type) =>
        type == typeof(string) ? new JsonObject { ["type"] = "string" }
        : type == typeof(bool) ? new JsonObject { ["type"] = "boolean" }
        : type == typeof(int) ? new JsonObject { ["type"] = "integer", ["format"] = "int32" }
        : type == typeof(long) ? new JsonObject { ["type"] = "integer", ["format"] = "int64" }
        : type == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "string", ["format"] = "date-time" }
        : type == typeof(Duration)
            ? new JsonObject
            {
                ["type"] = "string",
                ["maxLength"] = (long)SchemaConstants.MaxDurationLength,
                ["pattern"] = Duration.Pattern,
            }
        : type == typeof(Quantity)
            ? new JsonObject
            {
                ["anyOf"] = new JsonArray(
                    new JsonObject { ["type"] = "integer" },
                    new JsonObject { ["type"] = "string" }
                ),
                ["pattern"] = SchemaConstants.QuantityPattern,
                ["x-kubernetes-int-or-string"] = true,
            }
        : type.IsEnum
            ? new JsonObject
            {
                ["type"] = "string",
                ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => (JsonNode)n)]),
            }
        : throw new NotSupportedException(
            $"{type} has no schema; use a type that the API conventions allow."
        );

    /// <summary>Type of the items of a list; null when the type is no list.</summary>
    public static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
            ? type.GetGenericArguments()[0]
            : null;

    /// <summary>What each value of an enum means, as one sentence.</summary>
    public static string ValuesOf(Type type) =>
        "Values: "
        + string.Join(
            " ",
            Enum.GetNames(type).Select(name => $"`{name}`: {DocComments.Of(type.GetField(name)!)}")
        );

    private static string DescriptionOfItem(Type item) =>
        item.IsClass && item != typeof(string) || item.IsEnum ? DocComments.Of(item) : "";
}
