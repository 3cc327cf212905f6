using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Protobuf;

/// <summary>
/// Reads the bodies that kubectl's own commands send for built-in kinds: the magic <c>k8s\0</c>, then a
/// runtime.Unknown with the type (1) and the bytes of the message (2). Answers are always JSON.
/// </summary>
internal static class ProtobufBody
{
    public const string ContentType = "application/vnd.kubernetes.protobuf";

    public static JsonObject Parse(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
        {
            throw ApiErrors.BadRequest("the body is not a Kubernetes protobuf message");
        }
        try
        {
            return ParseUnknown(body[4..]);
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest($"the body is not a Kubernetes protobuf message: {e.Message}");
        }
    }

    private static JsonObject ParseUnknown(ReadOnlySpan<byte> body)
    {
        var apiVersion = "";
        var kind = "";
        ReadOnlySpan<byte> raw = default;
        var reader = new ProtobufReader(body);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                var type = new ProtobufReader(reader.Bytes);
                while (type.Read())
                {
                    apiVersion = type.Field == 1 ? type.Text : apiVersion;
                    kind = type.Field == 2 ? type.Text : kind;
                }
            }
            else if (reader.Field == 2)
            {
                raw = reader.Bytes;
            }
        }
        var fields =
            ProtobufKinds.Find(apiVersion, kind)
            ?? throw ApiErrors.UnsupportedMediaType(ContentType, "application/json", "application/yaml");
        var result = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        ReadMessage(raw, fields, result);
        return result;
    }

    private static void ReadMessage(
        ReadOnlySpan<byte> bytes,
        IReadOnlyList<ProtobufField> fields,
        JsonObject result
    )
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            var number = reader.Field;
            var field = fields.FirstOrDefault(f => f.Number == number);
            if (field is null)
            {
                continue;
            }
            if (field.Type is ProtobufType.TextMap or ProtobufType.BytesMap)
            {
                ReadEntry(reader.Bytes, field.Type, result.Ensure(field.Name));
                continue;
            }
            var value = ReadValue(reader, field);
            if (field.IsList)
            {
                var list = result.Array(field.Name) ?? [];
                list.Add(value);
                result[field.Name] = list;
            }
            // Go writes empty strings where nothing is set.
            else if (value.Text() != "")
            {
                result[field.Name] = value;
            }
        }
    }

    private static JsonNode? ReadValue(ProtobufReader reader, ProtobufField field)
    {
        switch (field.Type)
        {
            case ProtobufType.Whole:
                return JsonValue.Create(reader.Number);
            case ProtobufType.Flag:
                return JsonValue.Create(reader.Number != 0);
            case ProtobufType.Bytes:
                return JsonValue.Create(Convert.ToBase64String(reader.Bytes));
            case ProtobufType.Time:
                return ReadTime(reader.Bytes);
            case ProtobufType.Message:
                var below = new JsonObject();
                ReadMessage(reader.Bytes, field.Message!, below);
                return below;
            default:
                return JsonValue.Create(reader.Text);
        }
    }

    private static JsonValue? ReadTime(ReadOnlySpan<byte> bytes)
    {
        long seconds = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            seconds = reader.Field == 1 ? reader.Number : seconds;
        }
        return seconds is <= 0 or > 253_402_300_799
            ? null
            : JsonValue.Create(SystemMetadata.Timestamp(DateTimeOffset.FromUnixTimeSeconds(seconds)));
    }

    private static void ReadEntry(ReadOnlySpan<byte> bytes, ProtobufType type, JsonObject map)
    {
        var key = "";
        var value = "";
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            if (reader.Field == 1)
            {
                key = reader.Text;
            }
            else if (reader.Field == 2)
            {
                value =
                    type == ProtobufType.BytesMap
                        ? Convert.ToBase64String(reader.Bytes)
                        : Encoding.UTF8.GetString(reader.Bytes);
            }
        }
        map[key] = value;
    }
}
