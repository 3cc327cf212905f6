using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Tests.Schema;

public sealed class CrdGeneratorTests
{
    public static TheoryData<Type> Kinds => [.. CrdGenerator.Kinds];

    [Fact]
    public void Kinds_AreThoseOfTheProduct() =>
        Assert.Equal(
            [
                "BudgetLedger",
                "InferenceProvider",
                "LlmModel",
                "LlmNode",
                "ModelCatalog",
                "ModelReplica",
                "RouterKey",
                "RoutingPolicy",
                "WorkerRole",
            ],
            CrdGenerator.Kinds.Select(k => k.Name).Order()
        );

    [Fact]
    public void Manifests_OfTheAssembly_AreThoseOfTheTypes()
    {
        IReadOnlyList<JsonObject> generated = [.. CrdGenerator.Kinds.Select(CrdGenerator.Generate)];

        Assert.Equal(
            generated.Select(crd => crd.ToJsonString()),
            CrdManifests.All.Select(crd => crd.ToJsonString())
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Generate_EveryField_HasADescriptionThatBeginsWithItsNameAndAListType(Type kind)
    {
        JsonObject root = RootOf(kind);

        Assert.All(
            SchemaWalk.Fields(root).Where(f => !f.Path.StartsWith(".metadata", StringComparison.Ordinal)),
            field =>
            {
                string name = field.Path[(field.Path.LastIndexOf('.') + 1)..];
                Assert.Matches($"^{name}: .", (string?)field.Schema["description"]);
                if ((string?)field.Schema["type"] == "array")
                {
                    Assert.True(
                        (string?)field.Schema["x-kubernetes-list-type"] is "atomic" or "map" or "set",
                        field.Path
                    );
                }
            }
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Generate_KeysOfListMaps_AreRequired(Type kind)
    {
        Assert.All(
            SchemaWalk.Fields(RootOf(kind)).Where(f => (string?)f.Schema["x-kubernetes-list-type"] == "map"),
            field =>
            {
                string key = (string)field.Schema["x-kubernetes-list-map-keys"]![0]!;
                JsonArray required = field.Schema["items"]!["required"]!.AsArray();
                Assert.Contains(key, required.Select(r => (string)r!));
            }
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Generate_EverySpecField_IsBounded(Type kind)
    {
        JsonObject spec = RootOf(kind)["properties"]!["spec"]!.AsObject();

        Assert.All(
            SchemaWalk.Fields(spec),
            field =>
            {
                JsonObject schema = field.Schema;
                bool bounded = (string?)schema["type"] switch
                {
                    "string" => schema["enum"] is not null || schema["maxLength"] is not null,
                    "array" => schema["maxItems"] is not null,
                    "object" => schema["additionalProperties"] is null || schema["maxProperties"] is not null,
                    _ => true,
                };
                Assert.True(bounded, $"{kind.Name}.spec{field.Path} has no bound");
            }
        );
    }

    [Fact]
    public void Generate_NestedDefaults_AreReachedFromAnEmptySpec()
    {
        JsonObject spec = RootOf(typeof(LlmModel))["properties"]!["spec"]!["properties"]!.AsObject();

        Assert.Equal("{}", spec["placement"]!["default"]!.ToJsonString());
        Assert.Equal("{}", spec["context"]!["default"]!.ToJsonString());
        Assert.Equal(4096, (long)spec["context"]!["properties"]!["preferred"]!["default"]!);
        Assert.Equal(1, (long)spec["placement"]!["properties"]!["replicas"]!["default"]!);
        Assert.Null(spec["memory"]!["default"]);
    }

    [Fact]
    public void Generate_SpecWithoutRequiredFields_DefaultsToAnEmptyOne()
    {
        Assert.Equal("{}", RootOf(typeof(LlmNode))["properties"]!["spec"]!["default"]!.ToJsonString());
        Assert.Equal("""["spec"]""", RootOf(typeof(LlmModel))["required"]!.ToJsonString());
    }

    [Fact]
    public void Generate_Quantity_IsIntOrString()
    {
        JsonNode quantity = RootOf(typeof(LlmModel))["properties"]!["spec"]!["properties"]!["memory"]![
            "properties"
        ]!["override"]!;

        Assert.True((bool)quantity["x-kubernetes-int-or-string"]!);
        Assert.Equal(SchemaConstants.QuantityPattern, (string?)quantity["pattern"]);
        Assert.Null(quantity["type"]);
    }

    [Fact]
    public void Generate_Status_HasNeitherRulesNorDefaults()
    {
        Assert.All(
            CrdGenerator.Kinds,
            kind =>
                Assert.All(
                    SchemaWalk.Fields(RootOf(kind)["properties"]!["status"]!.AsObject()),
                    field =>
                    {
                        Assert.Null(field.Schema["default"]);
                        Assert.Null(field.Schema["x-kubernetes-validations"]);
                    }
                )
        );
    }

    [Fact]
    public void Generate_LlmModel_HasScaleAndShortNames()
    {
        JsonNode spec = CrdGenerator.Generate(typeof(LlmModel))["spec"]!;

        Assert.Equal("""["lm"]""", spec["names"]!["shortNames"]!.ToJsonString());
        Assert.Equal("""["llm"]""", spec["names"]!["categories"]!.ToJsonString());
        Assert.Equal(
            ".spec.placement.replicas",
            (string?)spec["versions"]![0]!["subresources"]!["scale"]!["specReplicasPath"]
        );
    }

    private static JsonObject RootOf(Type kind) =>
        CrdGenerator.Generate(kind)["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();
}
