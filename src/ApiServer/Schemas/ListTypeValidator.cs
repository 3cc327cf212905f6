using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>Refuses doubles in lists that are sets or maps.</summary>
internal static class ListTypeValidator
{
    public static void Validate(JsonArray array, Schema schema, string path, List<FieldError> errors)
    {
        var isMap = schema.ListType == "map";
        if (!isMap && schema.ListType != "set" && !schema.Rules.UniqueItems)
        {
            return;
        }
        var seen = new HashSet<string>();
        for (var i = 0; i < array.Count; i++)
        {
            var identity = isMap ? KeyOf(array[i], schema) : array[i]?.DeepClone();
            if (identity is not null && !seen.Add(JsonWriting.ToText(identity)))
            {
                errors.Add(FieldError.Duplicate($"{path}[{i}]", identity));
            }
        }
    }

    /// <summary>The keys of one entry of a list map, with the defaults of the schema.</summary>
    public static JsonObject? KeyOf(JsonNode? element, Schema schema)
    {
        if (element is not JsonObject item)
        {
            return null;
        }
        var key = new JsonObject();
        foreach (var name in schema.ListMapKeys.Order(StringComparer.Ordinal))
        {
            var value = item[name] ?? schema.Items?.Property(name)?.Default;
            if (value is not null)
            {
                key[name] = value.DeepClone();
            }
        }
        return key;
    }
}
