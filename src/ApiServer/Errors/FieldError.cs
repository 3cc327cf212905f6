using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Errors;

/// <summary>What is wrong with one field, in the words of Kubernetes' field.Error.</summary>
internal sealed record FieldError(string Reason, string Field, string Message)
{
    public string Text => $"{Field}: {Message}";

    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Invalid(string field, JsonNode? value, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {Show(value)}: {detail}");

    public static FieldError TypeInvalid(string field, JsonNode? value, string type) =>
        new(
            "FieldValueTypeInvalid",
            field,
            $"Invalid value: {Quote(KindName(value))}: {field} in body must be of type {type}: {Quote(KindName(value))}"
        );

    public static FieldError NotSupported(string field, JsonNode? value, IEnumerable<string> supported) =>
        new(
            "FieldValueNotSupported",
            field,
            $"Unsupported value: {Show(value)}: supported values: {string.Join(", ", supported.Select(Quote))}"
        );

    public static FieldError Forbidden(string field, string detail) =>
        new("FieldValueForbidden", field, $"Forbidden: {detail}");

    public static FieldError Duplicate(string field, JsonNode? value) =>
        new("FieldValueDuplicate", field, $"Duplicate value: {Show(value)}");

    public static FieldError TooMany(string field, int actual, long most) =>
        new("FieldValueTooMany", field, $"Too many: {actual}: must have at most {most} items");

    public static FieldError TooLong(string field, long most) =>
        new("FieldValueTooLong", field, $"Too long: may not be more than {most} bytes");

    /// <summary>The details of a Status for errors in a kind's fields.</summary>
    public static JsonObject Details(
        string group,
        string kind,
        IEnumerable<FieldError> errors,
        string name = ""
    )
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }
        if (group.Length > 0)
        {
            details["group"] = group;
        }
        details["kind"] = kind;
        details["causes"] = new JsonArray([
            .. errors.Select(e => new JsonObject
            {
                ["reason"] = e.Reason,
                ["message"] = e.Message,
                ["field"] = e.Field,
            }),
        ]);
        return details;
    }

    private static string Quote(string text) => JsonWriting.ToText(JsonValue.Create(text));

    private static string Show(JsonNode? value) => JsonWriting.ToText(value);

    private static string KindName(JsonNode? value) =>
        value switch
        {
            null => "null",
            JsonObject => "object",
            JsonArray => "array",
            _ => value.GetValueKind() switch
            {
                System.Text.Json.JsonValueKind.String => "string",
                System.Text.Json.JsonValueKind.Number => value.Whole() is null ? "number" : "integer",
                _ => "boolean",
            },
        };
}
