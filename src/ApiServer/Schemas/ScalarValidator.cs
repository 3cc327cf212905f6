using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>Lengths, patterns, formats and limits of numbers.</summary>
internal static class ScalarValidator
{
    public static void Validate(JsonNode value, Schema schema, string path, List<FieldError> errors)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                ValidateText(value.Text()!, schema, path, errors);
                break;
            case JsonValueKind.Number:
                ValidateNumber(value, schema, path, errors);
                break;
            default:
                break;
        }
    }

    private static void ValidateText(string text, Schema schema, string path, List<FieldError> errors)
    {
        var rules = schema.Rules;
        // Kubernetes counts characters, not bytes or UTF-16 units.
        var length = rules.MinLength is null && rules.MaxLength is null ? 0 : text.EnumerateRunes().Count();
        if (length < rules.MinLength)
        {
            errors.Add(
                Invalid(path, text, $"{path} in body should be at least {rules.MinLength} chars long")
            );
        }
        if (length > rules.MaxLength)
        {
            errors.Add(FieldError.TooLong(path, rules.MaxLength.Value));
        }
        if (rules.Regex is not null && !rules.Regex.Value.IsMatch(text))
        {
            errors.Add(Invalid(path, text, $"{path} in body should match '{rules.Pattern}'"));
        }
        if (!FormatRules.Allows(schema.Format, text))
        {
            errors.Add(
                Invalid(path, text, $"{path} in body must be of type {schema.Format}: {Quoted(text)}")
            );
        }
    }

    private static void ValidateNumber(JsonNode value, Schema schema, string path, List<FieldError> errors)
    {
        var rules = schema.Rules;
        var number = value.Number()!.Value;
        if (
            rules.Minimum is { } least
            && (number < least || (rules.ExclusiveMinimum && number.Equals(least)))
        )
        {
            var relation = rules.ExclusiveMinimum ? "greater than" : "greater than or equal to";
            errors.Add(
                FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be {relation} {least}")
            );
        }
        if (rules.Maximum is { } most && (number > most || (rules.ExclusiveMaximum && number.Equals(most))))
        {
            var relation = rules.ExclusiveMaximum ? "less than" : "less than or equal to";
            errors.Add(
                FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be {relation} {most}")
            );
        }
        if (rules.MultipleOf is { } step && step > 0 && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9)
        {
            errors.Add(
                FieldError.Invalid(path, value.DeepClone(), $"{path} in body should be a multiple of {step}")
            );
        }
        if (
            schema.Format == "int32"
            && number is < int.MinValue or > int.MaxValue
            && schema.Format == "int32"
        )
        {
            errors.Add(
                FieldError.Invalid(
                    path,
                    value.DeepClone(),
                    $"{path} in body must be of type int32: \"{number}\""
                )
            );
        }
    }

    private static FieldError Invalid(string path, string text, string detail) =>
        FieldError.Invalid(path, JsonValue.Create(text), detail);

    private static string Quoted(string text) => JsonWriting.ToText(JsonValue.Create(text));
}
