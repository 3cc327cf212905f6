using System.Globalization;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>One flag that users may give, and the values it takes.</summary>
internal sealed record LlamaServerOption(string Name, Func<string?, bool> Accepts, string Wanted)
{
    public static LlamaServerOption Switch(string name) => new(name, value => value is null, "no value");

    public static LlamaServerOption Integer(string name, int min, int max) =>
        new(
            name,
            value =>
                int.TryParse(
                    value,
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out int number
                )
                && number >= min
                && number <= max,
            $"a whole number from {min} to {max}"
        );

    public static LlamaServerOption Real(string name, double min, double max) =>
        new(
            name,
            value =>
                double.TryParse(
                    value,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out double number
                )
                && number >= min
                && number <= max,
            $"a number from {min} to {max}"
        );

    public static LlamaServerOption OneOf(string name, params string[] values) =>
        new(
            name,
            value => value is not null && values.Contains(value),
            $"one of {string.Join(", ", values)}"
        );

    // Names of built-in templates only: a path or a template's text is not accepted.
    public static LlamaServerOption Word(string name) =>
        new(
            name,
            value =>
                value is { Length: > 0 and <= 64 }
                && char.IsAsciiLetterOrDigit(value[0])
                && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
            "a plain name"
        );
}
