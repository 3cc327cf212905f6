using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>Writes JSON documents as block YAML.</summary>
internal static class YamlDocumentWriter
{
    public static string Write(JsonNode node)
    {
        StringWriter text = new() { NewLine = "\n" };
        Emitter emitter = new(text, new EmitterSettings().WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(version: null, tags: [], isImplicit: true));
        Emit(emitter, node);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject mapping:
                emitter.Emit(
                    new MappingStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        isImplicit: true,
                        mapping.Count == 0 ? MappingStyle.Flow : MappingStyle.Block
                    )
                );
                foreach ((string key, JsonNode? value) in mapping)
                {
                    emitter.Emit(TextOf(key));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray array:
                emitter.Emit(
                    new SequenceStart(
                        AnchorName.Empty,
                        TagName.Empty,
                        isImplicit: true,
                        array.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block
                    )
                );
                foreach (JsonNode? item in array)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                emitter.Emit(TextOf(value.GetValue<string>()));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static Scalar TextOf(string text)
    {
        // A literal block keeps scripts and templates readable; it cannot hold control characters or end in blanks.
        ScalarStyle style =
            CanBeLiteral(text) ? ScalarStyle.Literal
            : YamlScalar.IsPlainString(text) && !text.Contains('\n', StringComparison.Ordinal)
                ? ScalarStyle.Any
            : ScalarStyle.DoubleQuoted;
        return new Scalar(
            AnchorName.Empty,
            TagName.Empty,
            text,
            style,
            isPlainImplicit: true,
            isQuotedImplicit: true
        );
    }

    private static bool CanBeLiteral(string text) =>
        text.Contains('\n', StringComparison.Ordinal)
        && !text.StartsWith(' ')
        && !text.StartsWith('\n')
        && !text.Contains(" \n", StringComparison.Ordinal)
        && !text.EndsWith(' ')
        && !text.Any(c => char.IsControl(c) && c != '\n')
        && !text.Any(c => char.IsSurrogate(c) || c is '\u2028' or '\u2029' or '\uFEFF');
}
