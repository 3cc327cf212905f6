using System.Text.Json;
using System.Text.Json.Serialization;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>Digests in JSON as <c>sha256:</c> and 64 digits; anything else is refused.</summary>
internal sealed class DigestJsonConverter : JsonConverter<ModelDigest>
{
    public override ModelDigest Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) =>
        ModelDigest.TryParse(reader.GetString(), out ModelDigest digest)
            ? digest
            : throw new JsonException("A digest is sha256: and 64 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, ModelDigest value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
