using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace LlmOperator.Kubernetes.Meta;

/// <summary>A duration as Kubernetes writes it: <c>10m</c>, <c>1h30m</c>, <c>2s</c>, <c>250ms</c>. The text is kept as written.</summary>
[JsonConverter(typeof(Converter))]
public readonly partial record struct Duration
{
    /// <summary>Pattern of a duration, for schemas.</summary>
    public const string Pattern = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$";

    private readonly string? _text;

    private Duration(string text, TimeSpan value) => (_text, Value) = (text, value);

    /// <summary>The length of time.</summary>
    public TimeSpan Value { get; }

    /// <summary>Reads a duration.</summary>
    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static Duration Parse(string text) =>
        TryParse(text, out Duration duration)
            ? duration
            : throw new FormatException($"\"{text}\" is not a duration; write it like 10m, 1h30m or 2s.");

    /// <summary>Reads a duration; false when the text is none.</summary>
    public static bool TryParse(string? text, out Duration duration)
    {
        duration = default;
        if (text is null || text.Length > 64 || !Whole().IsMatch(text))
        {
            return false;
        }

        double milliseconds = 0;
        foreach (Match part in Part().Matches(text))
        {
            double number = double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            milliseconds +=
                number
                * part.Groups[2].Value switch
                {
                    "ms" => 1,
                    "s" => 1_000,
                    "m" => 60_000,
                    _ => 3_600_000,
                };
        }

        if (milliseconds > TimeSpan.MaxValue.TotalMilliseconds / 2)
        {
            return false;
        }

        duration = new Duration(text, TimeSpan.FromMilliseconds(milliseconds));
        return true;
    }

    /// <summary>Duration of a length of time, written in seconds or milliseconds.</summary>
    public static Duration From(TimeSpan value) =>
        new(
            value.Milliseconds == 0
                ? string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalSeconds}s")
                : string.Create(CultureInfo.InvariantCulture, $"{(long)value.TotalMilliseconds}ms"),
            value
        );

    /// <summary>The duration as it was written.</summary>
    public override string ToString() => _text ?? "0s";

    [GeneratedRegex(Pattern)]
    private static partial Regex Whole();

    [GeneratedRegex("([0-9.]+)(ms|s|m|h)")]
    private static partial Regex Part();

    private sealed class Converter : JsonConverter<Duration>
    {
        public override Duration Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        ) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out Duration duration)
                ? duration
                : throw new JsonException("A duration is a string such as 10m, 1h30m or 2s.");

        public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
