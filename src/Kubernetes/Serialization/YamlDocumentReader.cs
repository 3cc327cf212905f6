using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmOperator.Kubernetes.Serialization;

/// <summary>Turns YAML events into JSON documents, with bounds on depth and alias expansion.</summary>
internal sealed class YamlDocumentReader(string yaml, string file)
{
    private const string MergeKey = "<<";

    private readonly Parser _parser = new(new StringReader(yaml));
    private readonly Dictionary<AnchorName, (JsonNode? Node, int Size)> _anchors = [];
    private int _nodes;

    public List<JsonObject> ReadAll()
    {
        List<JsonObject> documents = [];
        _parser.Consume<StreamStart>();
        while (!_parser.TryConsume<StreamEnd>(out _))
        {
            _anchors.Clear();
            _parser.Consume<DocumentStart>();
            ParsingEvent start = _parser.Current!;
            JsonNode? root = ReadNode(depth: 0);
            _parser.Consume<DocumentEnd>();
            if (root is not null)
            {
                documents.Add(
                    root as JsonObject
                        ?? throw Fault(start, "a document must be a mapping (\"apiVersion: …\").")
                );
            }
        }

        return documents;
    }

    /// <summary>A fault at the place last read.</summary>
    public KubernetesYamlException Fault(string problem, Exception cause) =>
        new(file, _parser.Current?.End.Line ?? 1, _parser.Current?.End.Column ?? 1, problem, cause);

    private JsonNode? ReadNode(int depth)
    {
        ParsingEvent current = _parser.Current!;
        if (depth > YamlLimits.Depth)
        {
            throw Fault(current, $"nested deeper than {YamlLimits.Depth} levels.");
        }

        Count(current, 1);
        int before = _nodes;
        JsonNode? node;
        AnchorName anchor = (current as NodeEvent)?.Anchor ?? AnchorName.Empty;
        switch (current)
        {
            case AnchorAlias:
                return ReadAlias(depth);
            case Scalar scalar:
                _parser.MoveNext();
                node = Resolve(scalar);
                break;
            case SequenceStart:
                node = ReadSequence(depth);
                break;
            case MappingStart:
                node = ReadMapping(depth);
                break;
            default:
                throw Fault(current, "unexpected YAML.");
        }

        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = (node, _nodes - before + 1);
        }

        return node;
    }

    private JsonNode? ReadAlias(int depth)
    {
        AnchorAlias alias = _parser.Consume<AnchorAlias>();
        if (!_anchors.TryGetValue(alias.Value, out (JsonNode? Node, int Size) target))
        {
            throw Fault(alias, $"alias *{alias.Value} refers to nothing before it.");
        }

        Count(alias, target.Size);
        JsonNode? copy = target.Node?.DeepClone();
        if (copy is not null && depth + DepthOf(copy) > YamlLimits.Depth)
        {
            throw Fault(alias, $"nested deeper than {YamlLimits.Depth} levels.");
        }

        return copy;
    }

    private JsonArray ReadSequence(int depth)
    {
        _parser.Consume<SequenceStart>();
        JsonArray array = [];
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            array.Add(ReadNode(depth + 1));
        }

        return array;
    }

    private JsonObject ReadMapping(int depth)
    {
        _parser.Consume<MappingStart>();
        JsonObject mapping = [];
        List<JsonObject> merged = [];
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            ParsingEvent keyEvent = _parser.Current!;
            if (keyEvent is Scalar { Value: MergeKey, Style: ScalarStyle.Plain })
            {
                _parser.MoveNext();
                merged.AddRange(MergedMappings(keyEvent, ReadNode(depth + 1)));
                continue;
            }

            string key = KeyOf(keyEvent, ReadNode(depth + 1));
            if (!mapping.TryAdd(key, ReadNode(depth + 1)))
            {
                throw Fault(keyEvent, $"key \"{key}\" is given twice.");
            }
        }

        // The mapping's own keys win over merged ones, and the first merged mapping over the later.
        foreach ((string key, JsonNode? value) in merged.SelectMany(m => m))
        {
            mapping.TryAdd(key, value?.DeepClone());
        }

        return mapping;
    }

    private IEnumerable<JsonObject> MergedMappings(ParsingEvent place, JsonNode? value) =>
        value switch
        {
            JsonObject one => [one],
            JsonArray many when many.All(m => m is JsonObject) => many.Cast<JsonObject>(),
            _ => throw Fault(place, "\"<<\" must be given a mapping or a list of mappings."),
        };

    private string KeyOf(ParsingEvent place, JsonNode? key) =>
        key switch
        {
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            JsonValue value => value.ToJsonString(),
            _ => throw Fault(place, "a key must be a string."),
        };

    private JsonNode? Resolve(Scalar scalar)
    {
        string tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
        try
        {
            switch (tag)
            {
                case "tag:yaml.org,2002:binary":
                    return JsonValue.Create(YamlScalar.DecodeBinary(scalar.Value));
                case "" when scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any):
                case "tag:yaml.org,2002:str":
                case not "" when !tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal):
                    return JsonValue.Create(scalar.Value);
            }
        }
        catch (FormatException e)
        {
            throw Fault(scalar, $"!!binary is not base64: {e.Message}");
        }

        return YamlScalar.TryResolve(scalar.Value, out JsonNode? value)
            ? value
            : throw Fault(scalar, $"{scalar.Value} has no equivalent in JSON; quote it if a text is meant.");
    }

    private void Count(ParsingEvent place, int nodes)
    {
        _nodes += nodes;
        if (_nodes > YamlLimits.Nodes)
        {
            throw Fault(place, $"more than {YamlLimits.Nodes} values, aliases expanded.");
        }
    }

    private static int DepthOf(JsonNode? node) =>
        node switch
        {
            JsonObject mapping => 1 + mapping.Select(p => DepthOf(p.Value)).DefaultIfEmpty().Max(),
            JsonArray array => 1 + array.Select(DepthOf).DefaultIfEmpty().Max(),
            _ => 0,
        };

    private KubernetesYamlException Fault(ParsingEvent place, string problem) =>
        new(file, place.Start.Line, place.Start.Column, problem);
}
