using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>Checks what secrets and config maps marked <c>immutable</c> promise.</summary>
internal static class ImmutableDataRules
{
    public static void Validate(
        JsonObject item,
        JsonObject? old,
        IEnumerable<string> fields,
        List<FieldError> errors
    )
    {
        if (old?["immutable"].Bool() != true)
        {
            return;
        }
        if (item["immutable"].Bool() != true)
        {
            errors.Add(FieldError.Forbidden("immutable", "field is immutable when `immutable` is set"));
        }
        foreach (var field in fields.Where(f => !JsonNodes.Same(item[f], old[f])))
        {
            errors.Add(FieldError.Forbidden(field, "field is immutable when `immutable` is set"));
        }
    }

    public static void ValidateKeys(JsonObject item, string field, List<FieldError> errors)
    {
        foreach (var (key, _) in item.Object(field) ?? [])
        {
            var allowed =
                key.Length is > 0 and <= 253
                && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
            if (!allowed || key is "." or "..")
            {
                errors.Add(
                    FieldError.Invalid(
                        $"{field}[{key}]",
                        JsonValue.Create(key),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                    )
                );
            }
        }
    }
}
