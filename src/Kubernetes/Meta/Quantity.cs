using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Meta;

/// <summary>
/// A Kubernetes quantity of bytes as people write it: <c>24Gi</c>, <c>500M</c>, <c>1073741824</c>.
/// The text is kept as written, so that writing an object back changes nothing.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct Quantity
{
    private static readonly (string Suffix, long Factor)[] s_suffixes =
    [
        ("Ki", 1L << 10),
        ("Mi", 1L << 20),
        ("Gi", 1L << 30),
        ("Ti", 1L << 40),
        ("Pi", 1L << 50),
        ("k", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
        ("P", 1_000_000_000_000_000),
        ("", 1),
    ];

    private readonly string? _text;

    private Quantity(string text, long bytes) => (_text, Bytes) = (text, bytes);

    /// <summary>Value in bytes.</summary>
    public long Bytes { get; }

    /// <summary>Quantity of a whole number of bytes.</summary>
    public static Quantity FromBytes(long bytes) => new(bytes.ToString(CultureInfo.InvariantCulture), bytes);

    /// <summary>Reads a quantity; fractions such as <c>1.5Gi</c> are rounded up to a whole byte.</summary>
    /// <exception cref="FormatException">The text is not a quantity, is negative, or passes 2^63 bytes.</exception>
    public static Quantity Parse(string text) =>
        TryParse(text, out Quantity quantity)
            ? quantity
            : throw new FormatException(
                $"\"{text}\" is not a quantity of bytes; write it like 24Gi, 500M or 1073741824."
            );

    /// <summary>Reads a quantity; false when the text is none.</summary>
    public static bool TryParse(string? text, out Quantity quantity)
    {
        quantity = default;
        if (string.IsNullOrEmpty(text) || text.Length > 32)
        {
            return false;
        }

        foreach ((string suffix, long factor) in s_suffixes)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            ReadOnlySpan<char> number = text.AsSpan(0, text.Length - suffix.Length);
            if (
                !decimal.TryParse(
                    number,
                    NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out decimal value
                )
            )
            {
                return false;
            }

            BigInteger bytes =
                new BigInteger(Math.Floor(value)) * factor + new BigInteger(Math.Ceiling(value % 1 * factor));
            if (bytes > long.MaxValue)
            {
                return false;
            }

            quantity = new Quantity(text, (long)bytes);
            return true;
        }

        return false;
    }

    /// <summary>The quantity as it was written.</summary>
    public override string ToString() => _text ?? "0";

    private sealed class Converter : JsonConverter<Quantity>
    {
        public override Quantity Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long bytes) && bytes >= 0)
            {
                return FromBytes(bytes);
            }

            return
                reader.TokenType == JsonTokenType.String
                && TryParse(reader.GetString(), out Quantity quantity)
                ? quantity
                : throw new JsonException("A quantity is a string such as 24Gi or a whole number of bytes.");
        }

        public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
