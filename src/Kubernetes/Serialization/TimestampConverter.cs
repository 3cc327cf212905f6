using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>Times as metav1.Time writes them: UTC, whole seconds. Times with exactly six digits are <see cref="MicroTimeConverter"/>'s.</summary>
internal sealed class TimestampConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(
            value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        );
}
