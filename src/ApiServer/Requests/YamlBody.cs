using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOperator.ApiServer.Requests;

/// <summary>Reads a YAML body with the scalar rules of YAML 1.2's core schema, which JSON is part of.</summary>
internal sealed class YamlBody
{
    /// <summary>Aliases can make a small text into a huge object.</summary>
    private const int MostNodes = 500_000;

    private int _nodes;

    private YamlBody() { }

    public static JsonObject Parse(ReadOnlySpan<byte> body)
    {
        // kubectl sends JSON under the YAML content types; that needs no YAML parser.
        if (body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..])
        {
            return BodyReader.ParseJson(body);
        }
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(Encoding.UTF8.GetString(body)));
            return
                yaml.Documents is [var document]
                && new YamlBody().Convert(document.RootNode, 0) is JsonObject item
                ? item
                : throw ApiErrors.BadRequest("the body must be one YAML object");
        }
        catch (YamlException e)
        {
            throw ApiErrors.BadRequest($"error parsing YAML: {e.Message}");
        }
    }

    private JsonNode? Convert(YamlNode node, int depth)
    {
        if (depth > 256 || ++_nodes > MostNodes)
        {
            throw ApiErrors.BadRequest("error parsing YAML: too many nodes, or nested too deeply");
        }
        return node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(p => KeyValuePair.Create(KeyOf(p.Key), Convert(p.Value, depth + 1)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(c => Convert(c, depth + 1))]),
            YamlScalarNode scalar => ConvertScalar(scalar),
            _ => throw ApiErrors.BadRequest("error parsing YAML: unknown node"),
        };
    }

    private static string KeyOf(YamlNode key) =>
        (key as YamlScalarNode)?.Value
        ?? throw ApiErrors.BadRequest("error parsing YAML: a key is not a scalar");

    private static JsonValue? ConvertScalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        {
            return JsonValue.Create(text);
        }
        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => JsonValue.Create(true),
            "false" or "False" or "FALSE" => JsonValue.Create(false),
            _ when long.TryParse(
                    text,
                    NumberStyles.AllowLeadingSign,
                    CultureInfo.InvariantCulture,
                    out var whole
                ) => JsonValue.Create(whole),
            _ when char.IsAsciiDigit(text.TrimStart('-', '+', '.').FirstOrDefault())
                    && double.TryParse(
                        text,
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out var number
                    ) => JsonValue.Create(number),
            _ => JsonValue.Create(text),
        };
    }
}
