using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.Schema;

/// <summary>Adds bounds, patterns, defaults, list types and rules from the attributes of a property or type.</summary>
internal static class SchemaAnnotations
{
    /// <summary>Adds what the attributes of a property say.</summary>
    public static void AddTo(JsonObject schema, PropertyInfo property, SchemaPart part)
    {
        AddRange(schema, property);
        AddPattern(schema, property);
        AddConditionBounds(schema, property);
        AddListType(schema, property);
        if (part == SchemaPart.Spec)
        {
            AddLengths(schema, property);
            AddDefault(schema, property);
            AddRules(schema, property, part);
        }
    }

    /// <summary>Adds the CEL rules of a type or property; a status is written by us and needs none.</summary>
    public static void AddRules(JsonObject schema, MemberInfo member, SchemaPart part)
    {
        CelRuleAttribute[] rules = [.. member.GetCustomAttributes<CelRuleAttribute>(inherit: false)];
        if (rules.Length == 0 || part == SchemaPart.Status)
        {
            return;
        }

        if (schema["x-kubernetes-validations"] is not JsonArray list)
        {
            schema["x-kubernetes-validations"] = list = [];
        }

        foreach (CelRuleAttribute rule in rules)
        {
            list.Add(new JsonObject { ["rule"] = rule.Rule, ["message"] = rule.Message });
        }
    }

    /// <summary>Default of a property as JSON; null when it has none.</summary>
    public static JsonNode? DefaultOf(PropertyInfo property) =>
        property.GetCustomAttribute<DefaultValueAttribute>()?.Value switch
        {
            null => null,
            string text => text,
            int number => (long)number,
            long number => number,
            bool flag => flag,
            Enum value => value.ToString(),
            object other => throw new NotSupportedException(
                $"The default {other} of {property.DeclaringType!.Name}.{property.Name} is of no JSON type."
            ),
        };

    private static void AddRange(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is not { } range)
        {
            return;
        }

        schema["minimum"] = Convert.ToInt64(range.Minimum);
        // [Range(0, long.MaxValue)] is read as doubles; the format int64 bounds it already.
        if (Convert.ToDouble(range.Maximum) < long.MaxValue)
        {
            schema["maximum"] = Convert.ToInt64(range.Maximum);
        }
    }

    private static void AddPattern(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } expression)
        {
            schema["pattern"] = expression.Pattern;
        }
    }

    private static void AddLengths(JsonObject schema, PropertyInfo property)
    {
        // Always long: a JSON node of an int cannot be read as a long.
        long? minimum = property.GetCustomAttribute<MinLengthAttribute>()?.Length;
        long? maximum = property.GetCustomAttribute<MaxLengthAttribute>()?.Length;
        switch ((string?)schema["type"])
        {
            case "array":
                AddNumber(schema, "minItems", minimum);
                schema["maxItems"] = maximum ?? SchemaConstants.MaxItems;
                if (
                    schema["items"] is JsonObject items
                    && (string?)items["type"] == "string"
                    && items["enum"] is null
                )
                {
                    items["minLength"] = 1L;
                    items["maxLength"] ??= (long)SchemaConstants.MaxTextLength;
                }

                break;
            case "string" when schema["enum"] is null:
                AddNumber(schema, "minLength", minimum ?? (SchemaBuilder.IsRequired(property) ? 1L : null));
                schema["maxLength"] = maximum ?? (long?)schema["maxLength"] ?? SchemaConstants.MaxTextLength;
                break;
            case "object" when schema["additionalProperties"] is not null && maximum is { } entries:
                schema["maxProperties"] = entries;
                break;
        }
    }

    private static void AddConditionBounds(JsonObject schema, PropertyInfo property)
    {
        if (property.DeclaringType != typeof(Condition))
        {
            return;
        }

        switch (property.Name)
        {
            case nameof(Condition.Type):
                schema["maxLength"] = (long)SchemaConstants.MaxConditionTypeLength;
                break;
            case nameof(Condition.Reason):
                schema["minLength"] = 1L;
                schema["maxLength"] = (long)SchemaConstants.MaxReasonLength;
                schema["pattern"] = SchemaConstants.ReasonPattern;
                break;
            case nameof(Condition.Message):
                schema["maxLength"] = (long)SchemaConstants.MaxMessageLength;
                break;
            case nameof(Condition.ObservedGeneration):
                schema["minimum"] = 0L;
                break;
        }
    }

    private static void AddListType(JsonObject schema, PropertyInfo property)
    {
        if ((string?)schema["type"] != "array")
        {
            return;
        }

        if (property.GetCustomAttribute<ListMapAttribute>() is { } map)
        {
            schema["x-kubernetes-list-type"] = "map";
            schema["x-kubernetes-list-map-keys"] = new JsonArray(map.Key);
            return;
        }

        schema["x-kubernetes-list-type"] = property.GetCustomAttribute<ListSetAttribute>() is null
            ? "atomic"
            : "set";
    }

    // A nested object with defaults gets {} itself, so that its defaults are applied when it is left out.
    private static void AddDefault(JsonObject schema, PropertyInfo property)
    {
        if (DefaultOf(property) is { } value)
        {
            schema["default"] = value;
        }
        else if (
            new NullabilityInfoContext().Create(property).ReadState == NullabilityState.NotNull
            && !SchemaBuilder.IsRequired(property)
            && HasDefaults(schema)
        )
        {
            schema["default"] = new JsonObject();
        }
    }

    /// <summary>True when an empty object would be given values by the server.</summary>
    public static bool HasDefaults(JsonObject schema) =>
        schema["required"] is null
        && schema["properties"] is JsonObject properties
        && properties.Any(p => p.Value is JsonObject { } property && property["default"] is not null);

    private static void AddNumber(JsonObject schema, string key, long? value)
    {
        if (value is { } number)
        {
            schema[key] = number;
        }
    }
}
