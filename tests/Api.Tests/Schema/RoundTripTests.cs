using System.Reflection;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Api.Tests.Schema;

/// <summary>
/// An object of any content that the schema allows goes through the C# types without a loss, so that a program that
/// reads and writes it back changes nothing.
/// </summary>
public sealed class RoundTripTests
{
    private const int Objects = 10_000;
    private const int Seed = 20_261_125;

    [Fact]
    public void Objects_MadeFromTheSchema_LoseNothing()
    {
        Random random = new(Seed);
        (Type Kind, JsonObject Root)[] kinds =
        [
            .. CrdGenerator.Kinds.Select(k =>
                (
                    k,
                    CrdGenerator.Generate(k)["spec"]!["versions"]![0]!["schema"]![
                        "openAPIV3Schema"
                    ]!.AsObject()
                )
            ),
        ];
        for (int i = 0; i < Objects; i++)
        {
            (Type kind, JsonObject root) = kinds[i % kinds.Length];
            JsonObject made = new()
            {
                ["spec"] = Make(root["properties"]!["spec"]!.AsObject(), random),
                ["status"] = Make(root["properties"]!["status"]!.AsObject(), random),
            };

            JsonObject back = RoundTrip(kind, made);

            Assert.True(
                Lost(made, back) is not { } lost,
                $"{kind.Name} {i} of seed {Seed}: {Lost(made, back)}\n{made}\n{back}"
            );
        }
    }

    private static JsonObject RoundTrip(Type kind, JsonObject made)
    {
        ResourceDefinition definition = ResourceDefinition.For(kind);
        JsonObject whole = made.DeepClone().AsObject();
        whole["apiVersion"] = $"{definition.Group}/{definition.Version}";
        whole["kind"] = definition.Kind;
        whole["metadata"] = new JsonObject { ["name"] = "demo" };
        return (JsonObject)
            typeof(RoundTripTests)
                .GetMethod(nameof(Through), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(kind)
                .Invoke(null, [whole])!;
    }

    private static JsonObject Through<T>(JsonObject o) =>
        KubernetesJson.ToNode(KubernetesJson.Read<T>((JsonNode)o));

    // A moment may gain digits of a second: they are zeros.
    private static bool AreSameMoment(JsonNode? before, JsonNode? after) =>
        before is JsonValue b
        && after is JsonValue a
        && b.TryGetValue(out string? had)
        && a.TryGetValue(out string? has)
        && had.EndsWith('Z')
        && string.Equals(had[..^1] + ".000000Z", has, StringComparison.Ordinal);

    // The first path whose value is not what it was; fields that are added are defaults.
    private static string? Lost(JsonNode? before, JsonNode? after, string path = "") =>
        before switch
        {
            JsonObject o => o.Select(p => Lost(p.Value, (after as JsonObject)?[p.Key], $"{path}.{p.Key}"))
                .FirstOrDefault(p => p is not null),
            JsonArray items when after is JsonArray have && have.Count == items.Count => items
                .Index()
                .Select(i => Lost(i.Item, have[i.Index], $"{path}[{i.Index}]"))
                .FirstOrDefault(p => p is not null),
            JsonArray => path,
            _ => JsonNode.DeepEquals(before, after) || AreSameMoment(before, after) ? null : path,
        };

    private static JsonNode Make(JsonObject schema, Random random)
    {
        if (schema["x-kubernetes-int-or-string"] is not null)
        {
            return Pick(random, "6Gi", "512Mi", "1.5Gi", "20G", "0");
        }

        if (schema["enum"] is JsonArray values)
        {
            return values[random.Next(values.Count)]!.DeepClone();
        }

        return (string)schema["type"]! switch
        {
            "object" when schema["additionalProperties"] is JsonObject value => new JsonObject(
                Enumerable
                    .Range(0, random.Next(3))
                    .Select(i => KeyValuePair.Create<string, JsonNode?>($"key{i}", Make(value, random)))
            ),
            "object" => MakeObject(schema, random),
            // Keys of list maps differ by chance alone; the types do not care.
            "array" => new JsonArray([
                .. Enumerable.Range(0, random.Next(3)).Select(_ => Make(schema["items"]!.AsObject(), random)),
            ]),
            "boolean" => random.Next(2) == 1,
            "integer" => random.NextInt64(
                (long?)schema["minimum"] ?? 0,
                Math.Min((long?)schema["maximum"] ?? int.MaxValue, long.MaxValue - 1) + 1
            ),
            "string" => MakeText(schema, random),
            string other => throw new NotSupportedException(other),
        };
    }

    private static JsonObject MakeObject(JsonObject schema, Random random)
    {
        HashSet<string> required = [.. schema["required"]?.AsArray().Select(r => (string)r!) ?? []];
        JsonObject o = [];
        foreach ((string name, JsonNode? property) in schema["properties"]!.AsObject())
        {
            if (required.Contains(name) || random.Next(3) > 0)
            {
                o[name] = Make(property!.AsObject(), random);
            }
        }

        return o;
    }

    private static string MakeText(JsonObject schema, Random random) =>
        (string?)schema["format"] == "date-time"
            ? Pick(random, "2026-01-02T03:04:05Z", "1999-12-31T23:59:59Z")
        : (string?)schema["pattern"] == Duration.Pattern ? Pick(random, "10m", "1h30m", "250ms", "0s")
        : Pick(random, "a", "Qwen/Qwen2.5:7b", "ünï ✓ 🦙", "\"quoted\" \\ and\nlines", "0", "true");

    private static string Pick(Random random, params string[] texts) => texts[random.Next(texts.Length)];
}
